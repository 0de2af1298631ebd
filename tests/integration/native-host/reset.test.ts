import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { deviceListing, type DeviceInfo, type DeviceListing } from '@cardwright/protocol/devices';
import { parseFault } from '@cardwright/virtual-card';
import type { HostProcess } from '../../support/host-process.js';
import { codeOf, FACTORY_KEY, resultOf, Scene } from './scene.js';
import { drawnTests, everyOrSome, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const CHUID = Buffer.from('341000112233445566778899aabbccddeeff3e00fe00', 'hex').toString('base64url');
const GENERATE = { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' };
const READS = Array.from({ length: 3 }, (): [string, object] => ['object.read', { object: 'chuid' }]);

describe('erasing a card', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  /** Turns the card into a used one, with a CHUID, a key and a certificate. */
  async function use(host: HostProcess, device: DeviceInfo): Promise<void> {
    await scene.cms.prove(host, device.id, FACTORY_KEY, 'AES-192');
    const outcomes = await scene.cms.run(
      host,
      device.id,
      ['object.write', { object: 'chuid', content: CHUID }],
      ['key.generate', GENERATE],
      ['certificate.write', { slot: '9A', certificate: 'AAAA' }],
    );
    expect(outcomes.map(codeOf)).toEqual([undefined, undefined, undefined]);
  }

  drawnIt('reports the new state of the card to the CMS and to watchers', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice({ confirms: true });
    await use(host, device);
    await host.call('device.close', {});
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices[0]?.guid !== null);
    const { device: used } = await host.call('device.open', { device: device.id });
    expect(used).toMatchObject({ certificates: ['9A'], guid: expect.any(String) });
    host.notifications.length = 0;
    const [erased, challenged] = await scene.cms.run(
      host,
      device.id,
      ['device.reset'],
      ['managementKey.getChallenge', { algorithm: null }],
    );
    expect(resultOf(erased)).toEqual({ device });
    expect(resultOf(challenged)).toMatchObject({ algorithm: 'AES-192' });
    await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices[0]?.guid === null);
    await expect(host.call('device.list', {})).resolves.toMatchObject({ devices: [device] });
    await host.call('device.close', {});
    await expect(host.call('device.list', {})).resolves.toMatchObject({ devices: [device] });
  });

  thoroughIt('removes the former keys and PIN', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice({ confirms: true });
    await use(host, device);
    await scene.cms.run(host, device.id, ['device.reset']);
    const secrets = { pin: { source: 'session' } };
    const [requested] = await scene.cms.run(host, device.id, [
      'csr.create',
      { slot: '9A', commonName: 'x', challenge: 'A'.repeat(43), secrets },
    ]);
    expect(codeOf(requested)).toBe('KEY_MISSING');
  });

  drawnIt('changes nothing when the user does not agree', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice({ confirms: false });
    await use(host, device);
    const [refused, ...rest] = await scene.cms.run(host, device.id, ['device.reset'], ...READS);
    expect(codeOf(refused)).toBe('USER_CANCELLED');
    expect(rest).toEqual([]);
    const [read] = await scene.cms.run(host, device.id, ...READS);
    expect(resultOf(read)).toEqual({ content: CHUID });
    await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 3 } });
  });

  drawnIt('asks once if the CMS had its user asked before, and again for any later erasure', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice({ confirms: true });
    const asked = () => host.trace.filter((line) => line.includes('"user.confirm"')).length;
    const [agreed, erased] = await scene.cms.run(host, device.id, ['device.confirmErasure'], ['device.reset']);
    expect([agreed, erased].map(codeOf)).toEqual([undefined, undefined]);
    expect(asked()).toBe(1);
    await scene.cms.run(host, device.id, ['device.reset']);
    expect(asked()).toBe(2);
    await scene.cms.run(host, device.id, ['device.confirmErasure']);
    await host.call('device.close', {});
    await host.call('device.open', { device: device.id });
    await scene.cms.run(host, device.id, ['device.reset']);
    expect(asked()).toBe(4);
  });

  drawnIt('asks again in another operation than the one that got the consent', async () => {
    await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice({ confirms: true });
    await scene.cms.run(host, device.id, ['device.confirmErasure']);
    const reset = [{ method: 'device.reset', params: {} }];
    const jws = await scene.cms.sign(host, device.id, reset, { operation: 'operation-2', number: 1 });
    const { outcomes } = await host.call('step.run', { jws });
    expect(outcomes.map(codeOf)).toEqual([undefined]);
    expect(host.trace.filter((line) => line.includes('"user.confirm"'))).toHaveLength(2);
  });

  drawnIt('changes nothing merely by asking', async () => {
    await scene.insert('piv');
    const { host, device } = await scene.hostWithDevice({ confirms: false });
    const [refused, ...rest] = await scene.cms.run(
      host,
      device.id,
      ['device.confirmErasure'],
      ['object.read', { object: 'chuid' }],
    );
    expect([codeOf(refused), rest]).toEqual(['USER_CANCELLED', []]);
    await expect(host.call('device.confirmErasure', {})).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
  });

  drawnIt('does not ask about a card that cannot be erased', async () => {
    await scene.insert('piv');
    const { host, device } = await scene.hostWithDevice({ confirms: true });
    expect(codeOf((await scene.cms.run(host, device.id, ['device.reset']))[0])).toBe('NOT_SUPPORTED_BY_DEVICE');
    expect(host.trace.join('')).not.toContain('user.confirm');
  });

  /** Interruptions at the APDUs of a reset: three wrong PINs, three wrong PUKs, RESET, and those that read the card again. */
  const pulls = [
    ['before the first wrong PIN', 'pull', 1, 'CARD_REMOVED'],
    ['with one try of the PIN left', 'pull-after', 2, 'CARD_REMOVED'],
    ['with the PIN blocked', 'pull-after', 3, 'CARD_REMOVED'],
    ['with one try of the PUK left', 'pull', 6, 'CARD_REMOVED'],
    ['with both blocked', 'pull', 7, 'CARD_REMOVED'],
    ['when it is erased', 'pull-after', 7, 'CARD_REMOVED'],
    ['while it is looked at', 'pull', 9, 'CARD_REMOVED'],
  ] as const;

  it.each(everyOrSome(pulls, ([when]) => when === 'when it is erased'))(
    'can be repeated after the card was pulled %s',
    async (_, kind, offset, code) => {
      const file = `broken-off-${kind}-${offset}`;
      const before = await apdusUntilOpen(file);
      await scene.insert('yubikey', { file, faults: [parseFault(`${kind}@${before + offset}`)] });
      const { host, device } = await scene.hostWithDevice({ confirms: true });
      expect(codeOf((await scene.cms.run(host, device.id, ['device.reset']))[0])).toBe(code);
      await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices.length === 0);
      await scene.insert('yubikey', { file });
      await host.told(({ method, params }) => method === 'device.changed' && listing(params).devices.length === 1);
      await host.call('device.open', { device: device.id });
      expect(resultOf((await scene.cms.run(host, device.id, ['device.reset']))[0])).toEqual({ device });
    },
  );

  async function apdusUntilOpen(file: string): Promise<number> {
    const card = await scene.insert('yubikey', { file });
    await scene.hostWithDevice();
    const { apduCount } = card;
    await scene.clear();
    return apduCount;
  }
});

const listing = (params: unknown): DeviceListing => validate(deviceListing, params);
