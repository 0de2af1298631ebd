import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { writeHostDeb } from '../../../installers/src/packages/host-linux/deb.js';
import { writeHostRpm } from '../../../installers/src/packages/host-linux/rpm.js';
import { layOutStandIn } from '../../support/stand-in-host.js';

/** 2026-11-24 10:20:30 UTC. */
const EPOCH = 1_795_515_630;
const LAUNCHER = '/usr/lib/cardwright-host/cardwright-host';
const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' });

/** The common content of both packages, besides the host's own files. */
const MANIFESTS = [
  '/etc/chromium/native-messaging-hosts',
  '/etc/opt/chrome/native-messaging-hosts',
  '/etc/opt/edge/native-messaging-hosts',
  '/usr/lib/mozilla/native-messaging-hosts',
].map((folder) => `${folder}/${HOST_NAME}.json`);
const HOST = ['app/main.js', 'cardwright-host', 'node'].map((name) => `/usr/lib/cardwright-host/${name}`);

describe('the packages of the host for Linux, with a stand-in for its Node.js,', () => {
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-packages-'));
    layOutStandIn(inFolder('host'));
    // Made with another umask and at another time of day.
    const before = process.umask(0o077);
    try {
      make('first');
      process.umask(0o002);
      make('second');
    } finally {
      process.umask(before);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function make(name: string): void {
    const common = { host: inFolder('host'), version: PRODUCT_VERSION, epoch: EPOCH };
    for (const kind of ['deb', 'rpm']) mkdirSync(inFolder(`${name}-${kind}`), { recursive: true });
    writeHostDeb({ ...common, architecture: 'amd64', scratch: inFolder(`${name}-deb`), file: inFolder(`${name}.deb`) });
    writeHostRpm({ ...common, scratch: inFolder(`${name}-rpm`), file: inFolder(`${name}.rpm`) });
  }

  it.each(['deb', 'rpm'])('are the same bytes twice: %s', (kind) => {
    expect(readFileSync(inFolder(`first.${kind}`)).equals(readFileSync(inFolder(`second.${kind}`)))).toBe(true);
  });

  it('contain the time of the commit, not of their making', () => {
    // deb(5): an ar archive, whose first member's time begins at byte 24.
    expect(readFileSync(inFolder('first.deb')).toString('latin1', 24, 36).trim()).toBe(String(EPOCH));
    expect(run('rpm', '-qp', '--qf', '%{BUILDTIME}', inFolder('first.rpm'))).toBe(String(EPOCH));
    expect(run('rpm', '-qp', '--qf', '%{BUILDHOST}', inFolder('first.rpm'))).toBe('cardwright');
  });

  /** Lists `-rwxr-xr-x root/root /path` of each file except folders. */
  const debFiles = (): string[] =>
    run('dpkg-deb', '--contents', inFolder('first.deb'))
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('d'))
      .map((line) => {
        const [mode = '', owner = '', , , , ...name] = line.split(/\s+/);
        return `${mode} ${owner} ${name.join(' ').slice(1)}`;
      })
      .sort();
  const rpmFiles = (): string[] =>
    run(
      'rpm',
      '-qp',
      '--qf',
      '[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}\\n]',
      inFolder('first.rpm'),
    )
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('d'))
      .sort();
  const expected = (files: readonly string[]): unknown[] =>
    files.map((file) =>
      file === '/usr/bin/cardwright-host'
        ? expect.stringMatching(/^lrwxrwxrwx root\/root \/usr\/bin\/cardwright-host/)
        : `-rw${/host\/(?:node|cardwright-host)$/.test(file) ? 'xr-x' : '-r--'}r-${/host\/(?:node|cardwright-host)$/.test(file) ? 'x' : '-'} root/root ${file}`,
    );

  it('contain the host, its command, a manifest for each browser, and the licences', () => {
    const common = ['/usr/bin/cardwright-host', '/usr/share/man/man1/cardwright-host.1.gz', ...HOST, ...MANIFESTS];
    const deb = debFiles();
    const installed = ['deploy.md', 'troubleshooting.md'].map((name) => `doc/cardwright-host/${name}`);
    const documents = [
      ...installed,
      'doc/cardwright-host/changelog.gz',
      'doc/cardwright-host/copyright',
      'lintian/overrides/cardwright-host',
    ];
    expect(deb).toHaveLength(common.length + documents.length);
    expect(deb).toEqual(
      expect.arrayContaining(expected([...common, ...documents.map((name) => `/usr/share/${name}`)])),
    );
    const rpm = rpmFiles();
    const more = [
      ...installed.map((name) => `/usr/share/${name}`),
      `/usr/lib64/mozilla/native-messaging-hosts/${HOST_NAME}.json`,
      '/usr/share/licenses/cardwright-host/LICENSE',
      '/usr/share/licenses/cardwright-host/THIRD-PARTY.txt',
    ];
    expect(rpm).toHaveLength(common.length + more.length);
    expect(rpm).toEqual(expect.arrayContaining(expected([...common, ...more])));
  });

  it('have a manual page that says what --help says, without a complaint of man', () => {
    const page = path.join(inFolder('manual'), 'usr/share/man/man1/cardwright-host.1.gz');
    run('dpkg-deb', '--extract', inFolder('first.deb'), inFolder('manual'));
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', MANWIDTH: '120', MAN_KEEP_FORMATTING: '' };
    const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', page], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const words of ['doctor [--json', '--browser-dir DIR', 'bundle read FILE', 'EXIT STATUS'])
      expect(stdout).toContain(words);
    // RFC 1952, 2.3.1: MTIME.
    expect(readFileSync(page).readUInt32LE(4)).toBe(0);
  });

  it('let browsers start the packaged host only for our extension', () => {
    run('dpkg-deb', '--extract', inFolder('first.deb'), inFolder('unpacked'));
    const read = (file: string): unknown => JSON.parse(readFileSync(path.join(inFolder('unpacked'), file), 'utf8'));
    for (const file of MANIFESTS) {
      const who = file.includes('mozilla')
        ? { allowed_extensions: [FIREFOX_EXTENSION_ID] }
        : { allowed_origins: [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`] };
      expect(read(file)).toEqual({
        name: HOST_NAME,
        description: expect.any(String),
        path: LAUNCHER,
        type: 'stdio',
        ...who,
      });
    }
  });

  it('depend on PC/SC and on the libraries of Node.js, and on no Node.js', () => {
    const libraries = ['libatomic', 'libpcsclite', 'libstdc++', 'libudev', 'libusb-1.0'];
    const deb = run('dpkg-deb', '--field', inFolder('first.deb'), 'Depends').trim().split(', ');
    expect(deb).toContain('pcscd');
    const rpm = run('rpm', '-qp', '--requires', inFolder('first.rpm')).trim().split('\n');
    expect(rpm).toContain('pcsc-lite');
    for (const found of [deb, rpm]) {
      for (const name of libraries) expect(found).toContainEqual(expect.stringContaining(name));
      expect(found).not.toContainEqual(expect.stringMatching(/node/));
    }
  });

  it('name themselves, with a checksum of each file: deb', () => {
    run('dpkg-deb', '--control', inFolder('first.deb'), inFolder('control'));
    const unpacked = inFolder('checked');
    run('dpkg-deb', '--extract', inFolder('first.deb'), unpacked);
    const sums = path.join(inFolder('control'), 'md5sums');
    execFileSync('md5sum', ['--check', '--strict', '--quiet', sums], { cwd: unpacked });
    expect(readFileSync(sums, 'utf8').trim().split('\n')).toHaveLength(HOST.length + MANIFESTS.length + 6);
    expect(run('dpkg-deb', '--field', inFolder('first.deb'), 'Package', 'Version', 'Architecture')).toBe(
      `Package: cardwright-host\nVersion: ${PRODUCT_VERSION}\nArchitecture: amd64\n`,
    );
    // Nobody edits a manifest: it is removed with the package, and not only when that is purged.
    expect(existsSync(path.join(inFolder('control'), 'conffiles'))).toBe(false);
  });

  it('own their folders, so that none is left behind: rpm', () => {
    const lines = run('rpm', '-qp', '--qf', '[%{FILEMODES:perms} %{FILENAMES}\\n]', inFolder('first.rpm')).split('\n');
    const folders = lines.filter((line) => line.startsWith('d')).map((line) => line.split(' ')[1]);
    expect(folders).toEqual(
      expect.arrayContaining([
        '/usr/lib/cardwright-host',
        '/usr/lib/cardwright-host/app',
        '/etc/opt/chrome',
        '/etc/chromium',
      ]),
    );
    expect(folders).not.toEqual(expect.arrayContaining(['/etc']));
    expect(folders).not.toEqual(expect.arrayContaining(['/usr/lib']));
  });

  describe('before their removal', () => {
    /** Runs the script as the package manager does, with the host in a folder of this test. */
    function runScript(kind: string, argument: string, exit = 0) {
      const script =
        kind === 'deb'
          ? run('dpkg-deb', '--info', inFolder('first.deb'), 'prerm')
          : run('rpm', '-qp', '--qf', '%{PREUN}', inFolder('first.rpm'));
      const file = inFolder('script');
      writeFileSync(file, script.replaceAll('/usr/lib/cardwright-host', inFolder('host')));
      const log = inFolder(`log-${kind}-${argument}-${exit}`);
      const env = { PATH: '/usr/bin:/bin', STAND_IN_LOG: log, STAND_IN_EXIT: String(exit) };
      const { status, stderr } = spawnSync('/bin/sh', [file, argument], { env, encoding: 'utf8' });
      return { status, stderr, called: existsSync(log) ? readFileSync(log, 'utf8').trim() : null };
    }
    const called = (): string =>
      ['policy remove', 'uninstall --system'].map((command) => `${inFolder('host/app/main.js')} ${command}`).join('\n');

    it.each([
      ['deb', 'remove'],
      ['rpm', '0'],
    ])('remove the merged policies, and what `install --system` wrote: %s %s', (kind, argument) => {
      expect(runScript(kind, argument)).toEqual({ status: 0, stderr: '', called: called() });
    });

    it.each([
      ['deb', 'upgrade'],
      ['deb', 'deconfigure'],
      ['rpm', '1'],
    ])('leave the policies to the next version: %s %s', (kind, argument) => {
      expect(runScript(kind, argument)).toEqual({ status: 0, stderr: '', called: null });
    });

    it.each([
      ['deb', 'remove'],
      ['rpm', '0'],
    ])('report a failure and can still be removed: %s %s', (kind, argument) => {
      expect(runScript(kind, argument, 1)).toEqual({
        status: 0,
        stderr: expect.stringContaining('may be left'),
        called: called(),
      });
    });
  });
});
