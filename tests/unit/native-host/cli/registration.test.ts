import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PACKAGED_LAUNCHER } from '@cardwright/native-host';
import { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { register, unregister, type RegistrationOptions } from '../../../../native-host/src/cli/registration.js';
import { CHROME_OF_COMPUTER, CHROME_OF_USER, Desk, FIREFOX_OF_USER, manifest } from '../checks/desk.js';

const LAUNCHER = '.local/share/cardwright/cardwright-host';
const MANIFEST = `${HOST_NAME}.json`;
const MAIN = '/somewhere/main.js';

describe('registering the host with browsers', () => {
  let desk: Desk;
  let printed: string[];

  beforeEach(() => {
    desk = new Desk();
    printed = [];
  });
  afterEach(() => desk.remove());

  const options = (change: Partial<RegistrationOptions> = {}): RegistrationOptions => ({
    system: desk.system,
    print: (line) => printed.push(line),
    ...change,
  });
  const atHome = (file: string): string => path.join(desk.home, file);
  const programOf = (file: string): unknown => (JSON.parse(readFileSync(file, 'utf8')) as { path: unknown }).path;
  const filesOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

  it('leaves nothing behind when undone, not even the folders that it created', () => {
    mkdirSync(atHome('.config/chromium'), { recursive: true });
    const before = filesOf(desk.home);
    register(MAIN, options());
    expect(programOf(atHome(CHROME_OF_USER))).toBe(atHome(LAUNCHER));
    expect(programOf(atHome(FIREFOX_OF_USER))).toBe(atHome(LAUNCHER));
    unregister(options());
    rmSync(atHome('.local'), { recursive: true });
    expect(filesOf(desk.home)).toEqual(before);
    expect(printed).toContain('Chrome, Opera: removed');
  });

  it("admits the extensions of the user's list, and those built in", () => {
    const store = 'abcdefghijklmnopabcdefghijklmnop';
    desk.writeAtHome('.config/cardwright/extensions.json', JSON.stringify({ chromium: [store] }));
    register(MAIN, options());
    const { allowed_origins: origins } = JSON.parse(readFileSync(atHome(CHROME_OF_USER), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(origins).toEqual([CHROMIUM_EXTENSION_ID, store].map((id) => `chrome-extension://${id}/`));
  });

  it('makes nothing that another account can write to, even without a umask', () => {
    const umask = process.umask(0);
    try {
      register(MAIN, options());
    } finally {
      process.umask(umask);
    }
    const made = filesOf(desk.home);
    expect(made.length).toBeGreaterThan(5);
    expect(made.filter((one) => (lstatSync(atHome(one)).mode & 0o022) !== 0)).toEqual([]);
  });

  it('remembers after a second run which folders the first created', () => {
    register(MAIN, options());
    register(MAIN, options());
    unregister(options());
    expect(filesOf(desk.home)).toEqual(['.local', '.local/share']);
  });

  it('leaves a folder that the browser has used since', () => {
    register(MAIN, options());
    desk.writeAtHome('.config/vivaldi/Local State', '{}');
    unregister(options());
    expect(filesOf(atHome('.config'))).toEqual(['vivaldi', 'vivaldi/Local State']);
  });

  it('finds registrations from before there was a record', () => {
    register(MAIN, options());
    rmSync(atHome('.local/share/cardwright/registered.json'));
    unregister(options());
    expect(existsSync(atHome(CHROME_OF_USER))).toBe(false);
    expect(existsSync(atHome(LAUNCHER))).toBe(false);
  });

  describe('among files of others', () => {
    it('leaves a manifest alone that starts another program', () => {
      register(MAIN, options());
      const text = manifest({ path: '/opt/other/host' });
      desk.writeAtHome(CHROME_OF_USER, text);
      unregister(options());
      expect(readFileSync(atHome(CHROME_OF_USER), 'utf8')).toBe(text);
      expect(printed).toContain(`Chrome, Opera: ${atHome(CHROME_OF_USER)} is of someone else's making, and stays`);
      expect(existsSync(atHome(FIREFOX_OF_USER))).toBe(false);
    });

    it('removes a manifest that starts our launcher, even if otherwise edited', () => {
      register(MAIN, options());
      desk.writeAtHome(
        CHROME_OF_USER,
        manifest({ path: atHome(LAUNCHER), allowed_origins: ['chrome-extension://aaaa/'] }),
      );
      unregister(options());
      expect(existsSync(atHome(CHROME_OF_USER))).toBe(false);
    });

    it.each([
      ['that is no JSON', 'path: cardwright-host'],
      ['that is a list', '[]'],
    ])('leaves a manifest alone %s', (_, text) => {
      register(MAIN, options());
      desk.writeAtHome(CHROME_OF_USER, text);
      unregister(options());
      expect(readFileSync(atHome(CHROME_OF_USER), 'utf8')).toBe(text);
    });

    it('leaves a link in place of a manifest alone, and its target', () => {
      register(MAIN, options());
      const elsewhere = desk.writeAtHome('dotfiles/host.json', manifest({ path: atHome(LAUNCHER) }));
      rmSync(atHome(CHROME_OF_USER));
      symlinkSync(elsewhere, atHome(CHROME_OF_USER));
      unregister(options());
      expect(lstatSync(atHome(CHROME_OF_USER)).isSymbolicLink()).toBe(true);
      expect(existsSync(elsewhere)).toBe(true);
    });

    it('never writes through a link: its target stays unchanged', () => {
      const precious = desk.writeAtHome('.profile', 'precious');
      for (const file of [CHROME_OF_USER, LAUNCHER]) {
        mkdirSync(path.dirname(atHome(file)), { recursive: true });
        symlinkSync(precious, atHome(file));
      }
      register(MAIN, options());
      expect(readFileSync(precious, 'utf8')).toBe('precious');
      expect(programOf(atHome(CHROME_OF_USER))).toBe(atHome(LAUNCHER));
    });

    it('leaves a launcher alone that differs from ours', () => {
      register(MAIN, options());
      const text = `${readFileSync(atHome(LAUNCHER), 'utf8')}# by hand\n`;
      desk.writeAtHome(LAUNCHER, text);
      unregister(options());
      expect(readFileSync(atHome(LAUNCHER), 'utf8')).toBe(text);
    });

    it('removes no file that a forged record names', () => {
      register(MAIN, options());
      const precious = desk.writeAtHome('precious.json', manifest({ path: '/opt/other/host' }));
      mkdirSync(atHome('empty'));
      const forged = { browser: 'x', manifest: precious, launcher: atHome(LAUNCHER), created: atHome('empty') };
      desk.writeAtHome('.local/share/cardwright/registered.json', JSON.stringify([forged]));
      unregister(options());
      expect(existsSync(precious)).toBe(true);
      expect(existsSync(atHome('empty'))).toBe(true);
    });

    it('leaves no half-written manifest in a read-only folder', () => {
      desk.writeAtHome('.config/vivaldi', 'a file in the place of the folder');
      expect(() => register(MAIN, options())).toThrow(/vivaldi/);
      unregister(options());
      expect(filesOf(atHome('.config'))).toEqual(['vivaldi']);
    });
  });

  describe('with an unlisted browser', () => {
    it('needs only the folder of the browser, and remembers it', () => {
      const folder = atHome('.config/thorium');
      mkdirSync(folder, { recursive: true });
      register(MAIN, options({ browserDirs: [folder] }));
      expect(programOf(path.join(folder, 'NativeMessagingHosts', MANIFEST))).toBe(atHome(LAUNCHER));
      expect(existsSync(atHome(CHROME_OF_USER))).toBe(false);
      unregister(options());
      expect(filesOf(folder)).toEqual([]);
      expect(existsSync(atHome('.local/share/cardwright'))).toBe(false);
    });

    it.each([
      ['that has a profiles.ini', 'profiles.ini', false],
      ['that is said to be', 'prefs', true],
    ])("treats a folder as one of Firefox's family %s", (_, file, isFirefox) => {
      const folder = path.dirname(desk.writeAtHome(`.librewolf/${file}`, ''));
      register(MAIN, options({ browserDirs: [folder], isFirefox }));
      const written = path.join(folder, 'native-messaging-hosts', MANIFEST);
      expect(JSON.parse(readFileSync(written, 'utf8'))).toHaveProperty('allowed_extensions');
      unregister(options({ browserDirs: [folder] }));
      expect(filesOf(folder)).toEqual([file]);
    });

    it('undoes one registration, and keeps the launcher for the others', () => {
      const folder = path.dirname(desk.writeAtHome('.config/thorium/Local State', '{}'));
      register(MAIN, options());
      register(MAIN, options({ browserDirs: [folder] }));
      unregister(options({ browserDirs: [folder] }));
      expect(filesOf(folder)).toEqual(['Local State']);
      expect(existsSync(atHome(CHROME_OF_USER))).toBe(true);
      expect(existsSync(atHome(LAUNCHER))).toBe(true);
    });

    it.each([
      ['is not there', 'no/such'],
      ['is a file', '.profile'],
    ])('refuses a folder that %s, and creates nothing', (_, name) => {
      desk.writeAtHome('.profile', '');
      expect(() => register(MAIN, options({ browserDirs: [atHome(name)] }))).toThrow(`${atHome(name)} is no folder`);
      expect(filesOf(desk.home)).toEqual(['.profile']);
    });

    it('writes nothing if one of several folders is mistyped', () => {
      mkdirSync(atHome('right'));
      const browserDirs = [atHome('right'), atHome('wrong')];
      expect(() => register(MAIN, options({ browserDirs }))).toThrow('is no folder');
      expect(filesOf(desk.home)).toEqual(['right']);
    });

    it('forgets a browser whose folder is gone', () => {
      const folder = path.dirname(desk.writeAtHome('.config/thorium/Local State', '{}'));
      register(MAIN, options({ browserDirs: [folder] }));
      rmSync(folder, { recursive: true });
      unregister(options());
      expect(existsSync(atHome('.local/share/cardwright'))).toBe(false);
    });
  });

  describe('for the whole computer', () => {
    const FOLDER = '/opt/cardwright';

    /** Puts a packaged host into a folder of the computer. */
    function packaged(): string {
      desk.write(`${FOLDER}/cardwright-host`, PACKAGED_LAUNCHER, 0o755);
      desk.write(`${FOLDER}/node`, '', 0o755);
      const main = desk.write(`${FOLDER}/app/main.js`, '');
      for (const folder of ['/', '/opt', FOLDER, `${FOLDER}/app`]) chmodSync(path.join(desk.root, folder), 0o755);
      return main;
    }
    const onComputer = (file: string): string => path.join(desk.root, file);

    it('makes each browser start the host in place, and can be undone', () => {
      const main = packaged();
      const before = filesOf(desk.root);
      register(main, options({ wholeComputer: true }));
      const { system } = desk;
      const places = [
        CHROME_OF_COMPUTER,
        `/etc/chromium/native-messaging-hosts/${MANIFEST}`,
        `/etc/opt/edge/native-messaging-hosts/${MANIFEST}`,
        `/usr/lib/mozilla/native-messaging-hosts/${MANIFEST}`,
      ];
      for (const file of places) expect(programOf(onComputer(file))).toBe(onComputer(`${FOLDER}/cardwright-host`));
      expect(existsSync(onComputer('/usr/share/mozilla'))).toBe(false);
      unregister({ ...options({ wholeComputer: true }), system });
      rmSync(onComputer('/var'), { recursive: true });
      expect(filesOf(desk.root)).toEqual(before);
      expect(filesOf(desk.home)).toEqual([]);
    });

    it('leaves files of a package manager alone', () => {
      packaged();
      const text = manifest({ path: onComputer(`${FOLDER}/cardwright-host`) });
      desk.write(CHROME_OF_COMPUTER, text);
      unregister(options({ wholeComputer: true }));
      expect(readFileSync(onComputer(CHROME_OF_COMPUTER), 'utf8')).toBe(text);
    });

    it.each(['/opt/cardwright/node', '/opt/cardwright/app/main.js', '/opt/cardwright', '/opt'])(
      'refuses a host that another account could change: %s',
      (weak) => {
        const main = packaged();
        chmodSync(onComputer(weak), 0o777);
        expect(() => register(main, options({ wholeComputer: true }))).toThrow(/Others than root may change .*opt/);
        expect(existsSync(onComputer('/etc'))).toBe(false);
      },
    );

    it('refuses a host without its own Node.js, which would depend on one account', () => {
      const main = desk.write('/clone/dist/main.js', '');
      expect(() => register(main, options({ wholeComputer: true }))).toThrow('needs a packaged host');
    });
  });

  it('refers to the installer on Windows', () => {
    desk.platform = 'win32';
    expect(() => register(MAIN, options())).toThrow('registered by its installer');
    expect(filesOf(desk.home)).toEqual([]);
  });

  it('affects only one Chromium profile if that is named', () => {
    const userDataDir = atHome('profile');
    writeFileSync(atHome('before'), '');
    register(MAIN, options({ userDataDir }));
    expect(filesOf(desk.home)).toEqual([
      'before',
      'profile',
      'profile/NativeMessagingHosts',
      'profile/NativeMessagingHosts/cardwright-host',
      `profile/NativeMessagingHosts/${MANIFEST}`,
    ]);
    unregister(options({ userDataDir }));
    expect(filesOf(path.join(userDataDir, 'NativeMessagingHosts'))).toEqual([]);
  });
});
