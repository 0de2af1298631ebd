import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { deviceListing, type DeviceListing } from '@cardwright/protocol/devices';
import { Scene } from './scene.js';
import { drawnTests, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

describe('the devices in the readers', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(2);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  drawnIt('are listed with their facts', async () => {
    const yubikey = await scene.insert('yubikey');
    await scene.insert('piv', { reader: 1 });
    const host = await scene.host();
    const { readers, devices } = await host.call('device.list', {});
    expect(readers).toEqual(scene.pcscd.readers.map(({ name }) => name));
    expect(devices).toEqual([
      expect.objectContaining({
        id: `serial:${yubikey.serial ?? ''}`,
        provisional: false,
        state: 'ready',
        model: 'yubikey',
        firmware: expect.stringMatching(/^5\.7\./),
        capabilities: { serial: true, metadata: true, attestation: true, changeManagementKey: true, reset: true },
        certificates: [],
        pin: { retriesLeft: 3, blocked: false, isDefault: true },
        puk: { retriesLeft: 3, blocked: false, isDefault: true },
        managementKey: { algorithm: 'AES-192', isDefault: true },
      }),
      expect.objectContaining({
        provisional: true,
        state: 'ready',
        model: 'piv',
        serial: null,
        firmware: null,
        capabilities: { serial: false, metadata: false, attestation: false, changeManagementKey: false, reset: false },
        pin: { retriesLeft: expect.any(Number), blocked: false, isDefault: null },
        managementKey: null,
      }),
    ]);
  });

  drawnIt('are read once, however often they are listed', async () => {
    const card = await scene.insert('yubikey');
    const host = await scene.host();
    await host.call('device.list', {});
    const { apduCount } = card;
    expect(apduCount).toBeGreaterThan(0);
    await host.call('device.list', {});
    await host.call('diagnostics.run', {});
    expect(card.apduCount).toBe(apduCount);
  });

  drawnIt('get different ids even if two blanks are identical', async () => {
    await scene.insert('piv');
    await scene.insert('piv', { reader: 1 });
    const { devices } = await (await scene.host()).call('device.list', {});
    expect(new Set(devices.map(({ id }) => id)).size).toBe(2);
    expect(devices.every(({ provisional }) => provisional)).toBe(true);
  });

  drawnIt('are announced unasked when they come and go', async () => {
    const host = await scene.host();
    await expect(host.call('device.list', {})).resolves.toMatchObject({ devices: [] });
    const card = await scene.insert('yubikey');
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices.length === 1);
    host.notifications.length = 0;
    await card.pull();
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices.length === 0);
  });

  drawnIt('are held by one host at a time: another waits, reports that, and gets the free device', async () => {
    await scene.insert('yubikey');
    const { host: first, device } = await scene.hostWithDevice();
    const second = await scene.host();
    const { devices } = await second.call('device.list', {});
    expect(devices).toEqual([expect.objectContaining({ state: 'held', provisional: true, serial: null })]);
    const [held] = devices;
    const opening = second.call('device.open', { device: held?.id ?? '' });
    await second.told(({ method, params }) => method === '$/progress' && params?.kind === 'waiting');
    await first.call('device.close', {});
    await expect(opening).resolves.toMatchObject({ device: { id: device.id, state: 'ready' } });
  });

  // `unit/native-host/pcsc/card-connection` shows how long it waits.
  thoroughIt('are refused, once the other host was waited for, if it does not release them', async () => {
    await scene.insert('yubikey');
    await scene.hostWithDevice();
    const second = await scene.host();
    const { devices } = await second.call('device.list', {});
    await expect(second.call('device.open', { device: devices[0]?.id ?? '' })).rejects.toMatchObject({
      code: 'DEVICE_BUSY',
    });
    expect(second.notifications).toContainEqual(waiting);
  });

  thoroughIt('return after a restart of the smart card service', async () => {
    await scene.insert('yubikey');
    const host = await scene.host();
    await host.call('device.list', {});
    await scene.pcscd.end();
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).readers.length === 0);
    await expect(host.call('device.list', {})).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    await scene.pcscd.restart();
    await scene.insert('piv');
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices[0]?.model === 'piv');
    await expect(host.call('device.list', {})).resolves.toMatchObject({ devices: [{ model: 'piv' }] });
  });

  thoroughIt('are reported as missing when there is no reader at all', async () => {
    await scene.pcscd.restart({ readers: 0 });
    const host = await scene.host();
    await expect(host.call('device.list', {})).resolves.toEqual({ readers: [], devices: [] });
    const { checks } = await host.call('diagnostics.run', {});
    expect(checks).toContainEqual(expect.objectContaining({ id: 'reader', outcome: 'failed', code: 'NO_READER' }));
  });
});

const waiting = expect.objectContaining({
  method: '$/progress',
  params: expect.objectContaining({ kind: 'waiting' }),
});
const listing = (params: unknown): DeviceListing => validate(deviceListing, params);
