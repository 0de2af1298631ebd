import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeBytes } from '@cardwright/protocol';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { inRepository } from '@cardwright/stage';
import { codeOf, ORIGIN, Scene } from './scene.js';
import { everyOrOneIn } from '../../support/thorough.js';

const CHALLENGE = encodeBytes(Buffer.alloc(32, 7));

/** Files that a host loads only for some commands, by the names that the build gives them. */
const OF_CARDS = /^(?:checks|csr|key-proof|relying-party)-\w+\.mjs$/;
const OF_READERS = /^koffi-\w+\.mjs$/;

/** Commands of a step that need a file of their own. */
const COMMANDS: [method: string, params: object][] = [
  ['key.prove', { slot: '9E', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default', challenge: CHALLENGE }],
  ['csr.create', { slot: '9E', commonName: 'device', challenge: CHALLENGE, secrets: {} }],
  [
    'fido.createCredential',
    {
      way: 'page',
      origin: ORIGIN,
      options: {
        // A domain above the site's own: whether it may be used depends on the public suffix list.
        rp: { id: 'example', name: 'Cardwright' },
        user: { id: encodeBytes(Buffer.from('alice')), name: 'alice', displayName: 'Alice' },
        challenge: CHALLENGE,
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      },
      proof: null,
      pin: 'separate',
      mayForget: false,
      secrets: { fidoPin: null },
    },
  ],
];

describe('a host of which some files are damaged', () => {
  let scene: Scene;
  let folder: string;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-damaged-'));
    // Native addons stay outside of the bundle.
    symlinkSync(inRepository('node_modules'), path.join(folder, 'node_modules'));
  });
  afterEach(async () => {
    await scene.clear();
    rmSync(folder, { recursive: true });
  });
  afterAll(() => scene.close());

  /** Copies the host, and damages the files with such a name. */
  function damagedHost(name: string, ofName: RegExp, damage: (file: string) => void) {
    const copy = path.join(folder, name);
    cpSync(inRepository('native-host', 'dist', 'bundle'), copy, { recursive: true });
    const files = readdirSync(copy).filter((file) => ofName.test(file));
    expect(files).not.toEqual([]);
    for (const file of files) damage(path.join(copy, file));
    const caller = `chrome-extension://${CHROMIUM_EXTENSION_ID}/`;
    return { command: [process.execPath, path.join(copy, 'main.js'), caller] as const };
  }

  const DAMAGES: readonly (readonly [string, (file: string) => void])[] = [
    ['missing', (file) => rmSync(file)],
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 100))],
    ['empty', (file) => writeFileSync(file, '')],
  ];

  it.each(everyOrOneIn(3, DAMAGES))(
    'refuses the commands that need them, and runs the others, where they are %s',
    async (_, damage) => {
      await scene.insert('yubikey');
      const { host, device } = await scene.hostWithDevice(damagedHost('cards', OF_CARDS, damage));
      for (const command of COMMANDS) {
        const [outcome] = await scene.cms.run(host, device.id, command);
        expect([command[0], codeOf(outcome)]).toEqual([command[0], 'HOST_DAMAGED']);
      }
      await expect(host.call('diagnostics.run', {})).rejects.toMatchObject({ code: 'HOST_DAMAGED' });
      await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: expect.anything() as object });
      await expect(host.close()).resolves.toBe(0);

      const other = await scene.host(damagedHost('readers', OF_READERS, damage));
      await expect(other.call('device.list', {})).rejects.toMatchObject({ code: 'HOST_DAMAGED' });
      const { checks } = await other.call('diagnostics.run', {});
      expect(checks).toContainEqual(expect.objectContaining({ id: 'host-files', code: 'HOST_DAMAGED' }));
      await expect(other.close()).resolves.toBe(0);
    },
  );
});
