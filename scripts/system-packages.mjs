import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { runCommand, SetupError } from './run-command.mjs';

/**
 * What Cardwright needs of the system: the Debian package, and the file that shows on any other system that it is
 * there (a command's name, or absolute paths of which one must exist).
 *
 * @typedef {{ package: string, command?: string, files?: string[] }} Requirement
 */

/** @type {Requirement[]} */
const DEMO = [
  { package: 'pcscd', command: 'pcscd' },
  {
    package: 'libpcsclite1',
    files: ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].map(
      (folder) => `${folder}/libpcsclite.so.1`,
    ),
  },
  { package: 'vsmartcard-vpcd', files: ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so'] },
  { package: 'chromium', command: 'chromium' },
  { package: 'chromium-sandbox', files: ['/usr/lib/chromium/chrome-sandbox'] },
  // The stage compiles two small libraries. All else is prebuilt.
  { package: 'gcc', command: 'gcc' },
  { package: 'libc6-dev', files: ['/usr/include/stdio.h'] },
  // The independent tools that judge at the end what is on the card.
  { package: 'yubikey-manager', command: 'ykman' },
  { package: 'yubico-piv-tool', command: 'yubico-piv-tool' },
  { package: 'opensc', command: 'pkcs11-tool' },
  { package: 'openssl', command: 'openssl' },
];

/** For `npm run package`. @type {Requirement[]} */
const PACKAGE = [
  ...DEMO,
  { package: 'dpkg', command: 'dpkg-deb' },
  { package: 'rpm', command: 'rpmbuild' },
  { package: 'wixl', command: 'wixl' },
  // Completes what wixl cannot say, and reads what is in an MSI.
  { package: 'msitools', command: 'msibuild' },
  // Its launcher for Windows.
  { package: 'gcc-mingw-w64-x86-64', command: 'x86_64-w64-mingw32-gcc' },
];

/** @type {Requirement[]} */
const TEST = [
  ...PACKAGE,
  { package: 'firefox-esr', command: 'firefox-esr' },
  // Judges policy templates.
  { package: 'libxml2-utils', command: 'xmllint' },
  // `systemd-analyze`, which judges the portal's unit.
  { package: 'systemd', command: 'systemd-analyze' },
  { package: 'postgresql', command: 'initdb', files: ['/usr/lib/postgresql'] },
  // A CTAP2 client that is not ours, for the virtual card's FIDO2 application and as the last judge of a passkey.
  { package: 'python3-fido2', files: ['/usr/lib/python3/dist-packages/fido2/__init__.py'] },
  { package: 'python3-pyscard', files: ['/usr/lib/python3/dist-packages/smartcard/__init__.py'] },
  // A JOSE library that is not ours, for the protocol's test vectors.
  { package: 'python3-jwcrypto', files: ['/usr/lib/python3/dist-packages/jwcrypto/__init__.py'] },
  // PC/SC's return codes, as its authors define them.
  { package: 'libpcsclite-dev', files: ['/usr/include/PCSC/pcsclite.h'] },
  // Two SCEP clients that are not ours, for the portal's SCEP server.
  { package: 'scep', command: 'scepclient' },
  { package: 'strongswan-pki', command: 'pki' },
  // Its HTTP.
  { package: 'libstrongswan-extra-plugins', files: ['/usr/lib/ipsec/plugins/libstrongswan-curl.so'] },
];

/** apt and dpkg belong to the machine: the folder of dpkg's database is the lock of all set-ups on it. */
const DPKG_FOLDER = '/var/lib/dpkg';

/**
 * Makes sure that the system packages are there: installs what is missing on Debian and Ubuntu, as root or through
 * sudo; elsewhere names it and stops. Does nothing when all is there, so an ordinary user without sudo can continue.
 *
 * @param {'demo' | 'test' | 'package'} purpose
 * @throws {SetupError} with what is missing and how to get it
 */
export async function ensureSystemPackages(purpose) {
  const wanted = { demo: DEMO, test: TEST, package: PACKAGE }[purpose];
  if (!existsSync('/usr/bin/apt-get') || !existsSync(DPKG_FOLDER)) return demandFiles(wanted);
  if (missingPackages(wanted).length === 0) return;
  await withLock(
    DPKG_FOLDER,
    async () => {
      const missing = missingPackages(wanted);
      if (missing.length > 0) await install(missing);
    },
    { onWait: () => console.log('Waiting for another set-up on this machine to install system packages ...') },
  );
}

/** @param {Requirement[]} wanted */
function missingPackages(wanted) {
  return wanted.map((requirement) => requirement.package).filter((name) => !isInstalled(name));
}

/** @param {string} name */
function isInstalled(name) {
  try {
    const status = execFileSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return status === 'installed';
  } catch {
    // dpkg-query ends with 1 for a package that it has never heard of.
    return false;
  }
}

/** @param {string[]} missing */
async function install(missing) {
  const asRoot = becomeRoot(missing);
  console.log(`Installing system packages (a minute or so): ${missing.join(' ')}`);
  const apt = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '--quiet',
    '-o',
    'DPkg::Lock::Timeout=300',
  ];
  await demand([...apt, 'update']);
  await demand([...apt, 'install', '--yes', '--no-install-recommends', ...missing]);
}

/**
 * @param {string[]} missing
 * @returns {string[]} the words to put before a command so that it runs as root
 */
function becomeRoot(missing) {
  if (process.getuid?.() === 0) return [];
  const remedy = `Install the missing packages as root, then start again:\n  apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (findCommand('sudo') === undefined)
    throw new SetupError(`System packages are missing, and there is no sudo.\n${remedy}`);
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n'];
  } catch {
    // sudo wants a password, which only a person can enter.
    if (!process.stdin.isTTY)
      throw new SetupError(`System packages are missing, and sudo asks for a password.\n${remedy}`);
    return ['sudo'];
  }
}

/** @param {string[]} words */
async function demand([command = '', ...args]) {
  const code = await runCommand(command, args, { onlyOnFailure: true });
  if (code !== 0)
    throw new SetupError(
      `Installing the system packages failed: "${[command, ...args].join(' ')}" ended with ${code}.`,
    );
}

/** @param {Requirement[]} wanted */
function demandFiles(wanted) {
  const missing = wanted.filter(
    ({ command, files = [] }) => !((command && findCommand(command)) || files.some((file) => existsSync(file))),
  );
  if (missing.length === 0) return;
  const lines = missing.map((item) => `  ${item.command ?? item.files?.[0]}  (Debian package ${item.package})`);
  throw new SetupError(
    `This is not Debian or Ubuntu, so Cardwright installs no system packages here. Missing:\n${lines.join('\n')}`,
  );
}

/** @param {string} name */
function findCommand(name) {
  // Debian keeps pcscd in /usr/sbin, which an ordinary user's PATH may lack.
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
