import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { validate } from '@cardwright/protocol';
import { deviceListing, type DeviceListing } from '@cardwright/protocol/devices';
import type { Notification } from '@cardwright/protocol/messages';
import { codeOf, heldDuring, Scene } from './scene.js';
import { drawnTests, everyOrOneIn } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

/** How often the service ends and returns beside one host. */
const TIMES = globalThis.runsEverything ? 2 : 1;

describe('a host that outlives the smart card service', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(2);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  drawnIt('reports missing readers and devices, fails at once, and reports their return', async () => {
    await scene.insert('yubikey', { file: 'key' });
    const host = await scene.host();
    const before = await host.call('device.list', {});
    for (let time = 1; time <= TIMES; time += 1) {
      host.notifications.length = 0;
      await scene.pcscd.end();
      await host.told(changed(({ readers, devices }) => readers.length === 0 && devices.length === 0));
      await expect(host.call('device.list', {})).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
      await expect(host.call('device.open', { device: before.devices[0]?.id ?? '' })).rejects.toMatchObject({
        code: 'PCSC_UNAVAILABLE',
      });
      const { checks } = await host.call('diagnostics.run', {});
      expect(checks).toContainEqual(
        expect.objectContaining({ id: 'pcsc', outcome: 'failed', code: 'PCSC_UNAVAILABLE' }),
      );
      // The host waits for a card in use, but not for a missing service.
      expect(host.notifications.filter(({ method }) => method === '$/progress')).toEqual([]);

      await scene.pcscd.restart();
      await host.told(changed(({ readers }) => readers.length === 2));
      await scene.insert('yubikey', { file: 'key' });
      await host.told(changed(({ devices }) => devices[0]?.id === before.devices[0]?.id));
    }
  });

  const RESTARTS = [
    ['while nothing runs', 0],
    ['and the service is back before the next command', 1],
  ] as const;

  it.each(everyOrOneIn(2, RESTARTS))(
    'loses an open device when the service ends %s, and opens it again',
    async (_, restarts) => {
      await scene.insert('yubikey', { file: 'key' });
      const { host, device } = await scene.hostWithDevice();
      await scene.pcscd.end();
      await host.told(changed(({ readers }) => readers.length === 0));
      if (restarts > 0) {
        await scene.pcscd.restart();
        await host.told(changed(({ readers }) => readers.length === 2));
      }
      await expect(host.call('pin.getStatus', {})).rejects.toMatchObject({
        code: expect.stringMatching(/^(PCSC_UNAVAILABLE|CARD_REMOVED|READER_REMOVED)$/),
      });
      if (restarts === 0) await scene.pcscd.restart();
      await scene.insert('yubikey', { file: 'key' });
      await host.told(changed(({ devices }) => devices[0]?.id === device.id));
      await expect(host.call('device.open', { device: device.id })).resolves.toMatchObject({
        device: { id: device.id },
      });
      await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 3 } });
      await expect(host.close()).resolves.toBe(0);
    },
  );

  drawnIt('ends a step with the reason when the service ends, and continues in the same session', async () => {
    const card = await scene.insert('yubikey', { file: 'key', faults: [{ kind: 'hold', at: 50 }] });
    const held = once(card, 'held');
    const { host, device } = await scene.hostWithDevice();
    const reads = Array.from({ length: 40 }, (): [string, object] => ['object.read', { object: 'ccc' }]);
    const step = scene.cms.run(host, device.id, ...reads);
    await heldDuring(step, held);
    await scene.pcscd.end();
    const outcomes = await step;
    expect(codeOf(outcomes.at(-1))).toMatch(/^(PCSC_UNAVAILABLE|CARD_REMOVED|READER_REMOVED)$/);
    await scene.pcscd.restart();
    await scene.insert('yubikey', { file: 'key' });
    // Poll the list: if nobody looked while the service was away, no change is announced.
    const listed = () => host.call('device.list', {}).catch(() => ({ devices: [] }));
    await until(async () => (await listed()).devices.some(({ id }) => id === device.id), { what: 'the same device' });
    await host.call('device.open', { device: device.id });
    const [read] = await scene.cms.run(host, device.id, ['object.read', { object: 'ccc' }]);
    expect(codeOf(read)).toBeUndefined();
  });

  drawnIt('reports an unplugged reader, with the device that was open in it', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice();
    // Only a restart removes a virtual reader.
    await scene.pcscd.restart({ readers: 0 });
    await host.told(changed(({ readers }) => readers.length === 0));
    await expect(host.call('pin.getStatus', {})).rejects.toMatchObject({
      code: expect.stringMatching(/^(PCSC_UNAVAILABLE|CARD_REMOVED|READER_REMOVED)$/),
    });
    await expect(host.call('device.list', {})).resolves.toEqual({ readers: [], devices: [] });
    await expect(host.call('device.open', { device: device.id })).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    const { checks } = await host.call('diagnostics.run', {});
    expect(checks).toContainEqual(expect.objectContaining({ id: 'reader', code: 'NO_READER' }));
  });
});

const changed =
  (isLike: (listing: DeviceListing) => boolean) =>
  ({ method, params }: Notification): boolean =>
    method === 'device.changed' && isLike(validate(deviceListing, params));
