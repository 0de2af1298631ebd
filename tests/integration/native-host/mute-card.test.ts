// Alone proves: a card that goes mute on a real pcscd ends the command.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { HOST_PROGRAM } from '@cardwright/stage';
import { parseFault } from '@cardwright/virtual-card';
import { LAUNCHER_NAME, launcherScript } from '../../../native-host/src/browsers/launcher.js';
import type { HostProcess } from '../../support/host-process.js';
import { codeOf, resultOf, Scene } from './scene.js';
import { drawnTests, everyOrSome, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const CHALLENGE = ['managementKey.getChallenge', { algorithm: null }] as const;

describe('a card that never answers', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(2);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  // `unit/native-host/devices/inventory` shows the three seconds that a look at a card takes at most.
  drawnIt('is listed as unresponsive, is not looked at again, and hides no other card', async () => {
    const mute = await scene.insert('piv', { faults: [parseFault('mute@1')] });
    const other = await scene.insert('yubikey', { reader: 1 });
    const host = await scene.host();
    const { devices } = await host.call('device.list', {});
    expect(devices).toEqual([
      expect.objectContaining({ state: 'unresponsive', model: 'unknown', provisional: true }),
      expect.objectContaining({ state: 'ready', serial: String(other.serial) }),
    ]);
    await expect(host.call('device.list', {})).resolves.toEqual({ readers: expect.anything(), devices });
    await expect(host.call('device.open', { device: devices[0]?.id ?? '' })).rejects.toMatchObject({
      code: 'CARD_MUTE',
    });
    await expect(host.call('device.open', { device: devices[1]?.id ?? '' })).resolves.toBeDefined();
    await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 3 } });
    expect(mute.apduCount).toBe(1);
    await endsByItself(host);
  });

  drawnIt('is read again by the same host after it was pulled', async () => {
    const mute = await scene.insert('piv', { file: 'dirty', faults: [parseFault('mute@2')] });
    const host = await scene.host();
    await expect(host.call('device.list', {})).resolves.toMatchObject({ devices: [{ state: 'unresponsive' }] });
    await mute.pull();
    await host.told(({ method, params }) => method === 'device.changed' && !JSON.stringify(params).includes('"state"'));
    await scene.insert('piv', { file: 'dirty' });
    const { params } = await host.told(({ params }) => JSON.stringify(params).includes('"state":"ready"'));
    expect(params).toMatchObject({ devices: [{ model: 'piv' }] });
    await expect(host.close()).resolves.toBe(0);
  });

  drawnIt('does not keep a host whose page was closed while it was read', async () => {
    const card = await scene.insert('piv', { faults: [parseFault('mute@2')] });
    const host = await scene.host();
    const listing = host.call('device.list', {}).catch(() => 'the host is gone');
    while (card.apduCount < 2) await new Promise((resolve) => card.once('transmit', resolve));
    await endsByItself(host);
    await listing;
  });

  thoroughIt('is reported when it falls silent during opening, and ends the host', async () => {
    await scene.insert('yubikey', { faults: [parseFault('mute@SELECT#3')] });
    const host = await scene.host();
    const { devices } = await host.call('device.list', {});
    // The time of the command would end with `TIMEOUT`.
    await expect(host.call('device.open', { device: devices[0]?.id ?? '' })).rejects.toMatchObject({
      code: 'CARD_MUTE',
    });
    await expect(host.ended()).resolves.toBe('SIGKILL');
  });

  /**
   * Moments of silence. The time of the whole command would end with `TIMEOUT`; `unit/native-host/piv/generation-time` shows that only an RSA key may
   * take longer.
   */
  const falls = [
    ['in a short command', 'mute@PUT-DATA', ['object.write', { object: 'ccc', content: 'AAAA' }]],
    [
      'while it makes a key on a curve',
      'mute@GENERATE-ASYMMETRIC-KEY-PAIR',
      ['key.generate', { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' }],
    ],
    ['where it may wait for a touch', 'mute@GENERAL-AUTHENTICATE', CHALLENGE],
  ] as const;

  it.each(everyOrSome(falls, ([when]) => when === 'in a short command'))(
    'is reported when it falls silent %s, and ends the host',
    async (_, fault, command) => {
      await scene.insert('yubikey', { faults: [parseFault(fault)] });
      const { host, device } = await scene.hostWithDevice();
      const outcomes = await scene.cms.run(host, device.id, [...command], ['object.read', { object: 'ccc' }]);
      expect(outcomes.map(codeOf)).toEqual(['CARD_MUTE']);
      await expect(host.ended()).resolves.toBe('SIGKILL');
    },
  );

  thoroughIt('differs from a card that answers late because it may wait for a touch', async () => {
    await scene.insert('yubikey', { faults: [parseFault('delay@GENERAL-AUTHENTICATE=12000')] });
    const { host, device } = await scene.hostWithDevice();
    const [challenged] = await scene.cms.run(host, device.id, [...CHALLENGE]);
    expect(resultOf(challenged)).toMatchObject({ algorithm: 'AES-192' });
  });

  thoroughIt('does not block the command line', async () => {
    await scene.insert('piv', { faults: [parseFault('mute@1')] });
    const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
      execFile(process.execPath, [HOST_PROGRAM, 'list'], { env: scene.pcscd.env, timeout: 120_000 }, (_, stdout) =>
        resolve({ stdout }),
      );
    });
    expect(stdout).toContain(': a card that does not answer');
  });
});

describe('four cards that never answer', () => {
  let scene: Scene;
  let folder: string;

  beforeAll(async () => {
    scene = await Scene.open(5);
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-launcher-'));
  });
  afterAll(async () => {
    await scene.close();
    rmSync(folder, { recursive: true });
  });

  drawnIt('leave threads for a fifth in a host started by its launcher', async () => {
    const launcher = path.join(folder, LAUNCHER_NAME);
    writeFileSync(launcher, launcherScript({ node: process.execPath, main: HOST_PROGRAM }), { mode: 0o755 });
    for (const reader of [0, 1, 2, 3]) await scene.insert('piv', { reader, faults: [parseFault('mute@1')] });
    const good = await scene.insert('yubikey', { reader: 4 });
    const host = await scene.host({ command: [launcher, `chrome-extension://${CHROMIUM_EXTENSION_ID}/`] });
    const { devices } = await host.call('device.list', {});
    expect(devices.map(({ state }) => state)).toEqual([...Array<string>(4).fill('unresponsive'), 'ready']);
    const opened = await host.call('device.open', { device: devices[4]?.id ?? '' });
    expect(opened.device.serial).toBe(String(good.serial));
    await endsByItself(host);
  });
});

/** Waits until the host ends itself. Its timer has a test of its own. */
async function endsByItself(host: HostProcess): Promise<void> {
  host.endInput();
  await host.ended();
}
