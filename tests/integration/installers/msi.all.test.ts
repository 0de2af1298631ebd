import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { diagnosticCheck } from '@cardwright/protocol/command-definitions';
import { CHROMIUM_EXTENSION_ID, HOST_NAME, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { filesBelow } from '../../../installers/src/parts/files-below.js';
import { Scene, FACTORY_KEY, resultOf } from '../native-host/scene.js';
import { builtVersion } from '../../support/built-version.js';
import { compileForWindows } from '../../support/windows/compile.js';
import { HostMsis } from '../../support/windows/host-msi.js';
import { processesWith } from '../../support/windows/processes.js';
import { whyNoWindows, windowsPath, Wine } from '../../support/windows/wine.js';
import { until } from '@cardwright/stage';

const missing = whyNoWindows();
const describeWindows = missing === null ? describe : describe.skip;

const FOLDER = 'Program Files/Cardwright';
const NODE = 'C:\\Program Files\\Cardwright\\node.exe';
const HOST = 'C:\\Program Files\\Cardwright\\cardwright-host.exe';
const RELAY = fileURLToPath(new URL('../../support/windows/relay.mjs', import.meta.url));
/** The arguments with which Chrome starts a host. */
const ARGUMENTS = [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`, '--parent-window=0'];
/** Policies of this computer's administrator, which stay as they are. */
const OWN_POLICIES = [
  ['Policies\\Google\\Chrome', 'NativeHostsExecutablesLaunchDirectly', 'REG_DWORD', '0'],
  ['Policies\\Google\\Chrome\\NativeMessagingAllowlist', '1', 'REG_SZ', 'org.example.other'],
] as const;

describeWindows(`the MSI under wine${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const msis = new HostMsis();
  let scene: Scene;
  let wine: Wine;
  let before: { registry: Map<string, string[]>; files: string[] };
  let msi: ReturnType<HostMsis['host']>;
  let older: string;
  const msiexec = (...args: string[]) => wine.run('msiexec', [...args, '/qn']);
  const host = (...args: string[]) => wine.run(HOST, args);
  const state = async () => ({ registry: await wine.registry(), files: wine.files() });

  beforeAll(async () => {
    scene = await Scene.open(1);
    wine = await Wine.boot(scene.pcscd.env);
    older = msis.small('0.0.9', ['node.exe', 'app/main.js', 'app/only-old.js', 'chromium.json', 'firefox.json']);
    msi = msis.host(PRODUCT_VERSION);
    for (const [key, name, type, data] of OWN_POLICIES) {
      await wine.run('reg', ['add', `HKLM\\SOFTWARE\\${key}`, '/v', name, '/t', type, '/d', data, '/f']);
    }
    before = await state();
  });
  afterEach(() => scene.clear());
  afterAll(async () => {
    await scene.close();
    msis.remove();
    wine.stop();
  });

  it.each(['REGISTER_CHROME=yes', 'REGISTER_FIREFOX=', 'WRITEPOLICY=2'])(
    'is not installed with %s',
    async (property) => {
      expect((await msiexec('/i', windowsPath(older), property)).code).not.toBe(0);
      expect(existsSync(wine.onDriveC(FOLDER))).toBe(false);
    },
  );

  it('writes no policy unless asked to, and leaves out none of the browsers', async () => {
    expect((await msiexec('/i', windowsPath(older))).code).toBe(0);
    const { registry } = await state();
    const policies = (all: ReadonlyMap<string, string[]>) => [...all].filter(([key]) => key.startsWith('Policies\\'));
    expect(policies(registry)).toEqual(policies(before.registry));
    expect([...registry.keys()].filter((key) => key.endsWith(HOST_NAME))).toHaveLength(6);
    expect((await msiexec('/x', windowsPath(older))).code).toBe(0);
  });

  it('is installed for the computer, over an older version, for the wanted browsers', async () => {
    expect((await msiexec('/i', windowsPath(older), 'WRITEPOLICY=1')).code).toBe(0);
    expect(existsSync(wine.onDriveC(`${FOLDER}/app/only-old.js`))).toBe(true);

    expect((await msiexec('/i', windowsPath(msi.file), 'WRITEPOLICY=1', 'REGISTER_EDGE=0')).code).toBe(0);

    expect(filesBelow(wine.onDriveC(FOLDER))).toEqual(filesBelow(msi.folder));
    for (const file of filesBelow(msi.folder)) {
      expect(readFileSync(wine.onDriveC(`${FOLDER}/${file}`)).equals(readFileSync(path.join(msi.folder, file)))).toBe(
        true,
      );
    }
    const { registry } = await state();
    const manifest = (flavour: string) => [`@="C:\\\\Program Files\\\\Cardwright\\\\${flavour}.json"`];
    const hosts = (key: string) => registry.get(`${key}\\NativeMessagingHosts\\${HOST_NAME}`);
    for (const key of ['Google\\Chrome', 'Chromium', 'BraveSoftware\\Brave-Browser', 'Vivaldi']) {
      expect([key, hosts(key)]).toEqual([key, manifest('chromium')]);
    }
    expect(hosts('Mozilla')).toEqual(manifest('firefox'));
    expect(hosts('Microsoft\\Edge')).toBeUndefined();

    const entry = `"7816"="${HOST_NAME}"`;
    const directly = (value: number) => `"NativeHostsExecutablesLaunchDirectly"=dword:0000000${value}`;
    expect(registry.get('Policies\\Google\\Chrome')).toEqual([directly(0)]);
    expect(registry.get('Policies\\Google\\Chrome\\NativeMessagingAllowlist')).toEqual([
      '"1"="org.example.other"',
      entry,
    ]);
    for (const key of ['Chromium', 'BraveSoftware\\Brave', 'Vivaldi']) {
      expect([key, registry.get(`Policies\\${key}`)]).toEqual([key, [directly(1)]]);
      expect(registry.get(`Policies\\${key}\\NativeMessagingAllowlist`)).toEqual([entry]);
    }
    expect(registry.has('Policies\\Microsoft\\Edge')).toBe(false);
    expect(installedVersions(registry)).toEqual([PRODUCT_VERSION]);
  });

  it('is not replaced by an older version', async () => {
    expect((await msiexec('/i', windowsPath(older))).code).not.toBe(0);
    expect(installedVersions(await wine.registry())).toEqual([PRODUCT_VERSION]);
    expect(existsSync(wine.onDriveC(`${FOLDER}/app/only-old.js`))).toBe(false);
  });

  it('has a command for people', async () => {
    expect(await host('--version')).toEqual({ code: 0, stdout: `${builtVersion('native-host')}\n`, stderr: '' });
    expect((await host('install')).code).toBe(1);
    expect((await host('--nonsense')).code).toBe(2);
    const card = await scene.insert('yubikey');
    expect((await host('list')).stdout).toMatch(/^Cardwright .*: YubiKey, firmware .*, serial \d+/);
    expect(card.apduCount).toBeGreaterThan(0);
  });

  it('reads only its own folder, whatever lies where it is started', async () => {
    await scene.insert('yubikey');
    const trap = msis.folder();
    const trace = path.join(trap, 'trace');
    const program = path.join(trap, 'reg.exe');
    const library = path.join(trap, 'winscard.dll');
    compileForWindows('planted.c', program);
    compileForWindows('planted.c', library, '-DLIBRARY', '-shared');
    for (const name of ['node.exe', 'cmd.exe']) copyFileSync(program, path.join(trap, name));
    for (const name of ['hid.dll', 'koffi.node', 'kernel32.dll']) copyFileSync(library, path.join(trap, name));
    mkdirSync(path.join(trap, 'app'));
    writeFileSync(path.join(trap, 'app', 'main.js'), `require('fs').writeFileSync(process.env.PLANTED, '')`);
    const required = path.join(trap, 'required.cjs');
    copyFileSync(path.join(trap, 'app', 'main.js'), required);
    const env = {
      PLANTED: windowsPath(trace),
      WINEPATH: windowsPath(trap),
      NODE_OPTIONS: `--require "${windowsPath(required).replaceAll('\\', '/')}"`,
    };
    const { stdout } = await wine.run(HOST, ['doctor', '--json'], { cwd: trap, env });
    expect(existsSync(trace)).toBe(false);

    const { checks } = JSON.parse(stdout) as { checks: unknown[] };
    const found = checks.map((check) => validate(diagnosticCheck, check));
    expect(found.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(found.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^Firefox \(computer\): C:.*firefox\.json admits/),
    );
    // The trap works.
    await wine.run(windowsPath(program), [], { env });
    expect(existsSync(trace)).toBe(true);
  });

  it.each(['by Firefox', 'by Chrome directly', 'by Chrome through cmd.exe'])(
    'serves a page when started %s',
    async (how) => {
      await scene.insert('piv');
      const chrome = path.join(msis.folder(), 'chrome.exe');
      compileForWindows('chrome.c', chrome, '-municode', '-mwindows');
      const browser = {
        'by Firefox': [HOST, 'C:\\Program Files\\Cardwright\\firefox.json', 'cardwright@cardwright.org'],
        'by Chrome directly': [windowsPath(chrome), 'direct', HOST, ...ARGUMENTS],
        'by Chrome through cmd.exe': [windowsPath(chrome), 'cmd', HOST, ...ARGUMENTS],
      }[how];
      const command = [process.execPath, RELAY, NODE, ...(browser ?? [])] as const;
      const started = await scene.hostWithDevice({ command, env: wine.env });
      expect(await scene.cms.prove(started.host, started.device.id, FACTORY_KEY, '3DES')).toBe(true);
      const generate = { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' };
      const [generated] = await scene.cms.run(started.host, started.device.id, ['key.generate', generate]);
      expect(resultOf(generated)).toHaveProperty('publicKey');
      expect(await started.host.close()).toBe(0);
    },
  );

  describe('its launcher, beside a program of ours,', () => {
    /** Makes a folder with the launcher, and a program for node.exe. */
    function folderWith(main: string): string {
      const folder = path.join(msis.folder(), 'über uns (x86)');
      mkdirSync(path.join(folder, 'app'), { recursive: true });
      copyFileSync(path.join(msi.folder, 'cardwright-host.exe'), path.join(folder, 'cardwright-host.exe'));
      symlinkSync(path.join(msi.folder, 'node.exe'), path.join(folder, 'node.exe'));
      writeFileSync(path.join(folder, 'app', 'main.js'), main);
      return windowsPath(path.join(folder, 'cardwright-host.exe'));
    }

    it('passes every argument unchanged, and the exit code', async () => {
      const launcher = folderWith('console.log(JSON.stringify(process.argv.slice(2))); process.exit(37);');
      const args = [
        '',
        'a b',
        '"',
        'a"b c',
        '\\',
        'a b\\',
        '\\\\"',
        '%PATH%',
        '^&|<>',
        '--require=x',
        'ü€😀',
        'C:\\a\\',
      ];
      const { code, stdout } = await wine.run(launcher, args);
      expect(JSON.parse(stdout)).toEqual(args);
      expect(code).toBe(37);
    });

    it('ends the started program when it is killed', async () => {
      const launcher = folderWith('process.stdout.write("started"); setInterval(() => undefined, 1000);');
      const mark = path.dirname(launcher.replaceAll('\\', '/'));
      const running = () => processesWith('main.js', path.basename(path.dirname(mark)));
      await wine.run(NODE, ['-e', KILL_WHEN_IT_SPEAKS, launcher]);
      await until(() => running().length === 0, { what: 'the end of node.exe' });
    });

    it('reports missing files', async () => {
      const folder = path.join(msis.folder(), 'empty');
      mkdirSync(folder);
      copyFileSync(path.join(msi.folder, 'cardwright-host.exe'), path.join(folder, 'cardwright-host.exe'));
      const { code, stderr } = await wine.run(windowsPath(path.join(folder, 'cardwright-host.exe')), ['--version']);
      expect(stderr).toBe(
        'cardwright-host: node.exe cannot be started from its own folder (Windows error 2). Install the host again.\n',
      );
      expect(code).toBe(1);
    });
  });

  it('is rolled back by its removal and the older version, and leaves nothing when that is removed', async () => {
    expect((await msiexec('/x', windowsPath(msi.file))).code).toBe(0);
    expect((await msiexec('/i', windowsPath(older))).code).toBe(0);
    const rolledBack = await state();
    expect(installedVersions(rolledBack.registry)).toEqual(['0.0.9']);
    expect([...rolledBack.registry.keys()].filter((key) => key.endsWith(HOST_NAME))).toHaveLength(6);
    expect((await msiexec('/x', windowsPath(older))).code).toBe(0);
    const after = await state();
    // Windows makes this folder and these keys for its first MSI, and keeps them empty.
    const left = after.files.filter((file) => file !== 'windows/Installer' && !USERS_CACHE.test(file));
    expect(left).toEqual(before.files);
    expect(withoutWindows(after.registry)).toEqual(withoutWindows(before.registry));
  });
});

/** The folder with the code that the host has compiled for a user, which no installer removes (docs/deploy.md). */
const USERS_CACHE = /^users\/\w+\/AppData\/Local\/Cardwright(?:\/Cache\b|$)/;

/** Starts the program, and kills only it as soon as it has written something. */
const KILL_WHEN_IT_SPEAKS = `
  const child = require('child_process').spawn(process.argv[1], [], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  child.once('exit', () => process.exit());
`;

/**
 * Returns the registry without empty keys of Windows Installer itself, and without network cards and the like, which wine finds while
 * it runs.
 */
function withoutWindows(registry: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const isWindows = (key: string, values: readonly string[]) =>
    key.includes('Microsoft\\Windows NT\\') || (values.length === 0 && /\\Installer(?:\\|$)/.test(key));
  return new Map([...registry].filter(([key, values]) => !isWindows(key, values)));
}

/** Lists the versions of Cardwright in "Installed apps". */
function installedVersions(registry: ReadonlyMap<string, readonly string[]>): string[] {
  return [...registry]
    .filter(([key, values]) => key.includes('\\Uninstall\\') && values.includes('"DisplayName"="Cardwright"'))
    .map(([, values]) => /^"DisplayVersion"="(.*)"$/m.exec(values.join('\n'))?.[1] ?? '');
}
