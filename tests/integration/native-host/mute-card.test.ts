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

  drawnIt('is listed as unresponsive within seconds, and hides no other card', async () => {
    const mute = await scene.insert('piv', { faults: [parseFault('mute@1')] });
    const other = await scene.insert('yubikey', { reader: 1 });
    const host = await scene.host();
    const startedAt = Date.now();
    const { devices } = await host.call('device.list', {});
    // Reading a card for the list takes at most three seconds; a command would wait ten for an answer.
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(devices).toEqual([
      expect.objectContaining({ state: 'unresponsive', model: 'unknown', provisional: true }),
      expect.objectContaining({ state: 'ready', serial: String(other.serial) }),
    ]);
    const times = await timesOf(5, () =>
      expect(host.call('device.list', {})).resolves.toEqual({ readers: expect.anything(), devices }),
    );
    // Reading it again would take three seconds each time.
    expect(Math.min(...times)).toBeLessThan(3_000);
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
    const startedAt = Date.now();
    await expect(host.call('device.open', { device: devices[0]?.id ?? '' })).rejects.toMatchObject({
      code: 'CARD_MUTE',
    });
    // The card has ten seconds for an answer, the command twenty.
    expect(Date.now() - startedAt).toBeLessThan(18_000);
    await expect(host.ended()).resolves.toBe('SIGKILL');
  });

  /**
   * Moments of silence, each with a limit in milliseconds below the next longer timeout: that of the whole command, fifteen or
   * twenty-five seconds, or of an APDU that generates an RSA key, sixty.
   */
  const falls = [
    ['in a short command', 'mute@PUT-DATA', ['object.write', { object: 'ccc', content: 'AAAA' }], 14_000],
    [
      'while it makes a key on a curve',
      'mute@GENERATE-ASYMMETRIC-KEY-PAIR',
      ['key.generate', { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' }],
      50_000,
    ],
    ['where it may wait for a touch', 'mute@GENERAL-AUTHENTICATE', CHALLENGE, 24_000],
  ] as const;

  it.each(everyOrSome(falls, ([when]) => when === 'in a short command'))(
    'is reported when it falls silent %s, and ends the host',
    async (_, fault, command, time) => {
      await scene.insert('yubikey', { faults: [parseFault(fault)] });
      const { host, device } = await scene.hostWithDevice();
      const startedAt = Date.now();
      const outcomes = await scene.cms.run(host, device.id, [...command], ['object.read', { object: 'ccc' }]);
      expect(outcomes.map(codeOf)).toEqual(['CARD_MUTE']);
      expect(Date.now() - startedAt).toBeLessThan(time);
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

/** Measures repeated work in milliseconds. A busy machine may delay it once, but not every time. */
async function timesOf(count: number, work: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}
