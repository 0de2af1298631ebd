import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layOutHost, policyTemplates, PRODUCT_FLEET } from '@cardwright/installers';
import { encodeFrame } from '@cardwright/native-host';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { LIBRARIES } from '../../../installers/src/packages/host-linux/libraries.js';
import { layOutLinuxTree } from '../../../installers/src/packages/host-linux/tree.js';
import { filesBelow } from '../../../installers/src/parts/files-below.js';
import type { Target } from '../../../installers/src/parts/targets.js';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { builtVersion } from '../../support/built-version.js';
import { NO_PASSKEYS } from '../../support/extension-facts.js';
import { Scene } from '../native-host/scene.js';

/** The parts of a program's header with its format and processor: ELF, Mach-O and PE. */
const FORMATS: Readonly<Record<Target, (head: Buffer) => boolean>> = {
  'linux-x64': (head) => head.toString('latin1', 0, 4) === '\u{7f}ELF' && head.readUInt16LE(18) === 0x3e,
  'linux-arm64': (head) => head.toString('latin1', 0, 4) === '\u{7f}ELF' && head.readUInt16LE(18) === 0xb7,
  'darwin-x64': (head) => head.readUInt32LE(0) === 0xfeedfacf && head.readUInt32LE(4) === 0x01000007,
  'darwin-arm64': (head) => head.readUInt32LE(0) === 0xfeedfacf && head.readUInt32LE(4) === 0x0100000c,
  'win32-x64': (head) =>
    head.toString('latin1', 0, 2) === 'MZ' &&
    head.toString('latin1', head.readUInt32LE(0x3c), head.readUInt32LE(0x3c) + 4) === 'PE\0\0' &&
    head.readUInt16LE(head.readUInt32LE(0x3c) + 4) === 0x8664,
};
const TARGETS = Object.keys(FORMATS) as Target[];
const HEAD_LENGTH = 4_096;
const ANY_EXECUTE = 0o111;

describe('the packaged host', () => {
  let folder: string;
  const hostOf = (target: Target): string => path.join(folder, target);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-host-folder-'));
    for (const target of TARGETS) {
      mkdirSync(hostOf(target));
      layOutHost(target, hostOf(target));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('obeys the ids of its fleet, which its manifests admit and its templates install', () => {
    const id = 'a'.repeat(32);
    const fleet = { ...PRODUCT_FLEET, chromiumId: id, ids: { ...PRODUCT_FLEET.ids, chromium: [id] } };
    const [host, root] = [path.join(folder, 'of-a-fleet'), path.join(folder, 'root')];
    for (const one of [host, root]) mkdirSync(one);
    layOutHost('linux-x64', host, fleet);
    const list = path.join(host, 'app', 'extensions.json');
    expect(JSON.parse(readFileSync(list, 'utf8'))).toEqual({ chromium: [id], firefox: [] });
    const manifests = layOutLinuxTree({ root, host, mozilla: ['/usr/lib/mozilla'] });
    const ofChrome = manifests.find((name) => name.includes('chrome')) ?? '';
    expect(readFileSync(path.join(root, ofChrome), 'utf8')).toContain(`chrome-extension://${id}/`);
    expect(readFileSync(path.join(host, 'policies/linux/chrome.json'), 'utf8')).toContain(`"${id}"`);
  });

  it.each(TARGETS)('contains only its Node.js, its addons and their loaders: %s', (target) => {
    const files = filesBelow(hostOf(target)).filter((name) => !/^app\/[^/]+\.(?:m?js|LEGAL\.txt)$/.test(name));
    const windows = target === 'win32-x64';
    const hid = `prebuilds/HID${target.startsWith('linux') ? '_hidraw' : ''}-${target}/node-napi-v4.node`;
    expect(files).toEqual(
      [
        'LICENSE',
        'THIRD-PARTY.txt',
        'app/build.json',
        `app/node_modules/@koromix/koffi-${target}/${target.replace('-', '_')}/koffi.node`,
        `app/node_modules/@koromix/koffi-${target}/index.js`,
        `app/node_modules/@koromix/koffi-${target}/package.json`,
        'app/node_modules/koffi/index.js',
        'app/node_modules/koffi/package.json',
        'app/node_modules/koffi/src/koffi/index.js',
        'app/node_modules/koffi/src/koffi/src/static.js',
        'app/node_modules/node-hid/binding-options.js',
        'app/node_modules/node-hid/nodehid.js',
        'app/node_modules/node-hid/package.json',
        `app/node_modules/node-hid/${hid}`,
        'app/node_modules/pkg-prebuilds/bindings.js',
        'app/node_modules/pkg-prebuilds/lib/prebuild.js',
        'app/node_modules/pkg-prebuilds/package.json',
        'app/package.json',
        ...[...policyTemplates().keys()].map((name) => `policies/${name}`),
        ...(windows ? ['node.exe'] : ['cardwright-host', 'node']),
      ].sort(),
    );
  });

  it.each(TARGETS)('fits its processor and system, and only programs are executable: %s', (target) => {
    const files = filesBelow(hostOf(target));
    const programs = files.filter((name) => /(?:^node(?:\.exe)?|\.node)$/.test(name));
    expect(programs).toHaveLength(3);
    for (const name of programs) {
      expect({ name, isRight: FORMATS[target](headOf(path.join(hostOf(target), name))) }).toEqual({
        name,
        isRight: true,
      });
    }
    const executable = files.filter((name) => (statSync(path.join(hostOf(target), name)).mode & ANY_EXECUTE) !== 0);
    expect(executable).toEqual(target === 'win32-x64' ? ['node.exe'] : ['cardwright-host', 'node']);
  });

  it.each<Target>(['linux-x64', 'linux-arm64'])('loads no library outside its dependencies: %s', (target) => {
    // glibc's own parts.
    const known = new Set(['libdl.so.2', 'libm.so.6', 'libpthread.so.0', ...LIBRARIES.map(({ soname }) => soname)]);
    const programs = filesBelow(hostOf(target)).filter((name) => /(?:^node|\.node)$/.test(name));
    const needed = programs.flatMap((name) => {
      const listed = execFileSync('readelf', ['--dynamic', '--wide', path.join(hostOf(target), name)], {
        encoding: 'utf8',
      });
      return [...listed.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, soname = '']) => soname);
    });
    expect(needed.length).toBeGreaterThan(6);
    expect(needed.filter((soname) => !known.has(soname) && !soname.startsWith('ld-linux-'))).toEqual([]);
  });

  it('has the time of the commit, whenever it was built', () => {
    const { built } = JSON.parse(readFileSync(path.join(hostOf('linux-x64'), 'app/build.json'), 'utf8')) as {
      built: number;
    };
    const time = execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' });
    expect(built).toBe(Number(time) * 1_000);
  });

  it('contains the licences of Node.js, of bundled packages, and of code compiled into the addons', () => {
    const text = readFileSync(path.join(hostOf('win32-x64'), 'THIRD-PARTY.txt'), 'utf8');
    for (const words of [
      /^Node\.js 26/m,
      /^valibot [\d.]+ \(MIT\)$/m,
      /^koffi /m,
      /^node-hid /m,
      /HIDAPI/,
      /^jose /m,
    ]) {
      expect(text).toMatch(words);
    }
    expect(text).not.toMatch(/^@cardwright\//m);
    // Only our own licence may come without its text.
    expect(text).not.toMatch(/^Licence: /m);
  });

  it('starts without a PATH, from anywhere, also through links', () => {
    const start = (program: string, cwd = '/', env = {}): string =>
      execFileSync(program, ['--version'], { encoding: 'utf8', env, cwd }).trim();
    const launcher = path.join(hostOf('linux-x64'), 'cardwright-host');
    execFileSync('sh', ['-n', path.join(hostOf('darwin-arm64'), 'cardwright-host')]);
    const spaced = path.join(folder, "it's a folder");
    mkdirSync(spaced);
    symlinkSync(launcher, path.join(spaced, 'absolute'));
    symlinkSync('absolute', path.join(spaced, 'relative'));
    for (const program of [launcher, path.join(spaced, 'absolute'), path.join(spaced, 'relative')]) {
      expect(start(program)).toBe(builtVersion('native-host'));
    }
    expect(start('./relative', spaced)).toBe(builtVersion('native-host'));
    // `cd` would go to a folder of the same name there, and print it.
    mkdirSync(path.join(spaced, 'linux-x64'));
    expect(start('linux-x64/cardwright-host', folder, { CDPATH: spaced })).toBe(builtVersion('native-host'));
  });

  it("keeps compiled code in the user's own cache folder, wherever the environment wants it", () => {
    const [home, elsewhere] = ['home', 'elsewhere'].map((name) => mkdtempSync(path.join(folder, `${name}-`)));
    const facts = { sdk: '1', extension: '1', origin: 'https://cms.example', cms: null, ...NO_PASSKEYS };
    const params = { protocol: PROTOCOL_RANGE, ...facts };
    const program = path.join(hostOf('linux-x64'), 'cardwright-host');
    execFileSync(program, [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`], {
      input: encodeFrame({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
      env: { HOME: home, NODE_COMPILE_CACHE: elsewhere, CARDWRIGHT_LOG_LEVEL: 'off' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(filesBelow(elsewhere ?? '')).toEqual([]);
    const kept = filesBelow(home ?? '');
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((name) => !name.startsWith('.cache/cardwright/compiled/'))).toEqual([]);
  });

  it('answers a browser that starts it with an empty environment, and reaches a card', async () => {
    const scene = await Scene.open(1);
    try {
      await scene.insert('yubikey');
      const { PCSCLITE_CSOCK_NAME } = scene.pcscd.env;
      const env = { PCSCLITE_CSOCK_NAME, CARDWRIGHT_LOG_LEVEL: 'off' };
      const host = await scene.host({
        command: [path.join(hostOf('linux-x64'), 'cardwright-host'), `chrome-extension://${CHROMIUM_EXTENSION_ID}/`],
        env,
      });
      const { devices } = await host.call('device.list', {});
      expect(devices).toEqual([
        expect.objectContaining({ state: 'ready', modelName: expect.stringContaining('YubiKey') }),
      ]);
      const { device } = await host.call('device.open', { device: devices[0]?.id ?? '' });
      expect(device.id).toBe(devices[0]?.id);
    } finally {
      await scene.close();
    }
  });
});

function headOf(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_LENGTH);
    readSync(descriptor, head);
    return head;
  } finally {
    closeSync(descriptor);
  }
}
