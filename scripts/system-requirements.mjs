/**
 * A part of the system that Cardwright needs: a Debian package, and the commands or files of it that are used. On other systems, these show
 * that the part is there. A test compares this table with the sources and with dpkg.
 *
 * @typedef {object} Requirement
 * @property {string} package
 * @property {string[]} [commands] all that are used
 * @property {string[]} [files] absolute paths, of which one must exist
 */

/** Places of a shared library. @param {string} name */
const library = (name) =>
  ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].map(
    (folder) => `${folder}/${name}`,
  );

/** @param {string} name */
const pythonModule = (name) => [`/usr/lib/python3/dist-packages/${name}/__init__.py`];

/** @param {string} name */
const perlModule = (name) => [`/usr/share/perl5/${name}.pm`];

/** @type {Requirement[]} */
const DEMO = [
  { package: 'pcscd', commands: ['pcscd'] },
  { package: 'libpcsclite1', files: library('libpcsclite.so.1') },
  { package: 'vsmartcard-vpcd', files: ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so'] },
  { package: 'chromium', commands: ['chromium'] },
  { package: 'chromium-sandbox', files: ['/usr/lib/chromium/chrome-sandbox'] },
  // The stage compiles two small libraries. Everything else is prebuilt.
  { package: 'gcc', commands: ['gcc'] },
  { package: 'libc6-dev', files: ['/usr/include/stdio.h'] },
  // Independent tools that examine the card at the end.
  { package: 'yubikey-manager', commands: ['ykman'] },
  { package: 'yubico-piv-tool', commands: ['yubico-piv-tool'] },
  { package: 'opensc', commands: ['opensc-tool', 'piv-tool', 'pkcs11-tool', 'pkcs15-tool'] },
  { package: 'opensc-pkcs11', files: library('opensc-pkcs11.so') },
  { package: 'openssl', commands: ['openssl'] },
];

/** For `npm run package`. @type {Requirement[]} */
const PACKAGE = [
  ...DEMO,
  { package: 'dpkg', commands: ['dpkg-deb'] },
  { package: 'rpm', commands: ['rpm', 'rpmbuild'] },
  { package: 'wixl', commands: ['wixl'] },
  // Adds what wixl does not support, and reads the content of an MSI.
  { package: 'msitools', commands: ['msibuild', 'msiextract', 'msiinfo'] },
  // Compiles the launcher for Windows.
  { package: 'gcc-mingw-w64-x86-64', commands: ['x86_64-w64-mingw32-gcc'] },
  {
    package: 'binutils-mingw-w64-x86-64',
    commands: ['x86_64-w64-mingw32-objdump', 'x86_64-w64-mingw32-windres'],
  },
];

/** For `npm test`. @type {Requirement[]} */
const TEST = [
  ...DEMO,
  { package: 'dpkg', commands: ['dpkg-deb'] },
  // Shows pages for half of the processor time. Where it does not exist, Chromium shows them.
  { package: 'chromium-headless-shell', files: ['/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium'] },
  { package: 'firefox-esr', commands: ['firefox-esr'] },
  { package: 'postgresql', files: ['/usr/lib/postgresql'] },
  // A directory of people.
  { package: 'slapd', commands: ['slapd', 'slapadd'] },
  // Encrypts the portal's key file, and validates its units.
  { package: 'systemd', commands: ['systemd-creds', 'systemd-analyze'] },
  // Moves the clock of a portal.
  { package: 'libfaketime', files: library('faketime/libfaketimeMT.so.1') },
  // Validates archives and profiles, and runs the libraries below.
  { package: 'python3', commands: ['python3'] },
  // An independent CTAP2 client, for the virtual card's FIDO2 application and to verify passkeys.
  { package: 'python3-fido2', files: pythonModule('fido2') },
  { package: 'python3-cryptography', files: pythonModule('cryptography') },
  // An independent JOSE library, for the protocol's test vectors and the sample CMS.
  { package: 'python3-jwcrypto', files: pythonModule('jwcrypto') },
  // PC/SC's return codes, as its authors define them.
  { package: 'libpcsclite-dev', files: ['/usr/include/PCSC/pcsclite.h'] },
  // Two independent SCEP clients for the portal's SCEP server, and a server for the simulated iPhone.
  { package: 'scep', commands: ['scepclient', 'scepserver'] },
  { package: 'strongswan-pki', commands: ['pki'] },
  // HTTP for the SCEP client.
  { package: 'libstrongswan-extra-plugins', files: ['/usr/lib/ipsec/plugins/libstrongswan-curl.so'] },
];

/** For `npm run test:all`, which also makes and installs packages. @type {Requirement[]} */
const EVERYTHING = [
  ...PACKAGE.filter((one) => !TEST.some((other) => other.package === one.package)),
  // Reads which libraries a packaged program loads.
  { package: 'binutils', commands: ['readelf'] },
  // Validates policy templates.
  { package: 'libxml2-utils', commands: ['xmllint'] },
  // Judge the packages for Linux.
  { package: 'lintian', commands: ['lintian'] },
  { package: 'rpmlint', commands: ['rpmlint'] },
  // Shows manual pages, and complains of mistakes in them.
  { package: 'man-db', commands: ['man'] },
  // Holds policies to Firefox's own JSON Schema.
  { package: 'python3-jsonschema', files: pythonModule('jsonschema') },
  // Judges the portal's metrics.
  { package: 'promtool', commands: ['promtool'] },
  // Makes a Debian system in a folder, and boots it.
  { package: 'debootstrap', commands: ['debootstrap'] },
  { package: 'systemd-container', commands: ['systemd-nspawn'] },
  { package: 'python3-pyscard', files: pythonModule('smartcard') },
  // An OpenID Provider by other people, its server, and what its packages only recommend.
  { package: 'liblemonldap-ng-portal-perl', files: ['/usr/share/lemonldap-ng/portal'] },
  { package: 'libplack-perl', commands: ['plackup'] },
  { package: 'libcrypt-jwt-perl', files: perlModule('Crypt/JWT') },
  { package: 'libstring-random-perl', files: perlModule('String/Random') },
  { package: 'libio-string-perl', files: perlModule('IO/String') },
  { package: 'libconvert-pem-perl', files: perlModule('Convert/PEM') },
];

/** The requirements of each purpose of a set-up. The gallery is looked at in the browser that is there. */
export const REQUIREMENTS = {
  demo: DEMO,
  package: PACKAGE,
  test: TEST,
  'test-all': [...TEST, ...EVERYTHING],
  gallery: [],
};
