import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { runCommand, SetupError } from './run-command.mjs';
import { REQUIREMENTS } from './system-requirements.mjs';

/** @typedef {import('./system-requirements.mjs').Requirement} Requirement */

/** The folder of dpkg's database. It is the lock of all set-ups on the machine, because they share apt and dpkg. */
const DPKG_FOLDER = '/var/lib/dpkg';
const STEP = 'system packages';

/**
 * Ensures that the system packages are installed. Installs what is missing on Debian and Ubuntu, as root or through sudo. On other systems
 * names it and stops. Does nothing when all is there, so an ordinary user without sudo can continue.
 *
 * @param {'demo' | 'test' | 'test-all' | 'package' | 'gallery'} purpose
 * @throws {SetupError} with what is missing and how to get it
 */
export async function ensureSystemPackages(purpose) {
  const wanted = REQUIREMENTS[purpose];
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
    // dpkg-query ends with 1 for an unknown package.
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
 * @returns {string[]} the prefix that makes a command run as root
 */
function becomeRoot(missing) {
  if (process.getuid?.() === 0) return [];
  const asRoot = { step: STEP, type: `apt-get install --no-install-recommends ${missing.join(' ')}` };
  if (findCommand('sudo') === undefined)
    throw new SetupError(
      'System packages are missing, and there is no sudo. Install them as root, then start again.',
      asRoot,
    );
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n'];
  } catch {
    // sudo asks for a password, which only a person can enter.
    if (!process.stdin.isTTY)
      throw new SetupError(
        'System packages are missing, and sudo asks for a password. Install them as root, then start again.',
        asRoot,
      );
    return ['sudo'];
  }
}

/** @param {string[]} words */
async function demand([command = '', ...args]) {
  const code = await runCommand(command, args, { onlyOnFailure: true });
  if (code !== 0)
    throw new SetupError(`Installing the system packages failed with ${code}: see the messages above.`, {
      step: STEP,
      type: [command, ...args].join(' '),
    });
}

/** @param {Requirement[]} wanted */
function demandFiles(wanted) {
  const missing = wanted.flatMap(({ package: name, commands = [], files = [] }) => {
    const without = commands.filter((command) => findCommand(command) === undefined);
    const [file] = files.some((one) => existsSync(one)) ? [] : files;
    return [...without, ...(file === undefined ? [] : [file])].map((one) => `  ${one}  (Debian package ${name})`);
  });
  if (missing.length === 0) return;
  throw new SetupError(
    `This is not Debian or Ubuntu, so Cardwright installs no system packages here. Missing:\n${missing.join('\n')}`,
    { step: STEP },
  );
}

/** @param {string} name */
function findCommand(name) {
  // Debian keeps pcscd in /usr/sbin, which an ordinary user's PATH may lack.
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
