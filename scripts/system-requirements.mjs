/**
 * A part of the system that Cardwright needs: a Debian package, and what is used of it. The latter shows on any other
 * system that it is there. A test holds this table against what the sources start and read, and against dpkg.
 *
 * @typedef {object} Requirement
 * @property {string} package
 * @property {string[]} [commands] all that are used
 * @property {string[]} [files] absolute paths, of which one must exist
 */

/** Where systems keep a shared library. @param {string} name */
const library = (name) =>
  ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].map(
    (folder) => `${folder}/${name}`,
  );

/** @param {string} name */
const pythonModule = (name) => [`/usr/lib/python3/dist-packages/${name}/__init__.py`];

/** @type {Requirement[]} */
const DEMO = [
  { package: 'pcscd', commands: ['pcscd'] },
  { package: 'libpcsclite1', files: library('libpcsclite.so.1') },
  { package: 'vsmartcard-vpcd', files: ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so'] },
  { package: 'chromium', commands: ['chromium'] },
  { package: 'chromium-sandbox', files: ['/usr/lib/chromium/chrome-sandbox'] },
  // The stage compiles two small libraries. All else is prebuilt.
  { package: 'gcc', commands: ['gcc'] },
  { package: 'libc6-dev', files: ['/usr/include/stdio.h'] },
  // The independent tools that judge at the end what is on the card.
  { package: 'yubikey-manager', commands: ['ykman'] },
  { package: 'yubico-piv-tool', commands: ['yubico-piv-tool'] },
  { package: 'opensc', commands: ['opensc-tool', 'piv-tool', 'pkcs11-tool'] },
  { package: 'opensc-pkcs11', files: library('opensc-pkcs11.so') },
  { package: 'openssl', commands: ['openssl'] },
];

/** For `npm run package`. @type {Requirement[]} */
const PACKAGE = [
  ...DEMO,
  { package: 'dpkg', commands: ['dpkg-deb'] },
  { package: 'rpm', commands: ['rpm', 'rpmbuild'] },
  { package: 'wixl', commands: ['wixl'] },
  // Completes what wixl cannot say, and reads what is in an MSI.
  { package: 'msitools', commands: ['msibuild', 'msiextract', 'msiinfo'] },
  // Its launcher for Windows.
  { package: 'gcc-mingw-w64-x86-64', commands: ['x86_64-w64-mingw32-gcc'] },
  {
    package: 'binutils-mingw-w64-x86-64',
    commands: ['x86_64-w64-mingw32-objdump', 'x86_64-w64-mingw32-windres'],
  },
];

/** @type {Requirement[]} */
const TEST = [
  ...PACKAGE,
  { package: 'firefox-esr', commands: ['firefox-esr'] },
  // Says which libraries a packaged program loads.
  { package: 'binutils', commands: ['readelf'] },
  // Judges policy templates.
  { package: 'libxml2-utils', commands: ['xmllint'] },
  // Judges the portal's unit.
  { package: 'systemd', commands: ['systemd-analyze'] },
  { package: 'postgresql', files: ['/usr/lib/postgresql'] },
  // Judges archives and profiles, and runs the libraries below.
  { package: 'python3', commands: ['python3'] },
  // A CTAP2 client that is not ours, for the virtual card's FIDO2 application and as the last judge of a passkey.
  { package: 'python3-fido2', files: pythonModule('fido2') },
  { package: 'python3-cryptography', files: pythonModule('cryptography') },
  { package: 'python3-pyscard', files: pythonModule('smartcard') },
  // A JOSE library that is not ours, for the protocol's test vectors.
  { package: 'python3-jwcrypto', files: pythonModule('jwcrypto') },
  // PC/SC's return codes, as its authors define them.
  { package: 'libpcsclite-dev', files: ['/usr/include/PCSC/pcsclite.h'] },
  // Two SCEP clients that are not ours, for the portal's SCEP server, and a server for the simulated iPhone.
  { package: 'scep', commands: ['scepclient', 'scepserver'] },
  { package: 'strongswan-pki', commands: ['pki'] },
  // Its HTTP.
  { package: 'libstrongswan-extra-plugins', files: ['/usr/lib/ipsec/plugins/libstrongswan-curl.so'] },
];

/** By the use that the machine is made ready for. */
export const REQUIREMENTS = { demo: DEMO, package: PACKAGE, test: TEST };
