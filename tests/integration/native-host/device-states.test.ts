import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { parseFault } from '@cardwright/virtual-card';
import { Scene } from './scene.js';
import { drawnTests, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const CHUID = Buffer.from('341000112233445566778899aabbccddeeff3e00fe00', 'hex').toString('base64url');

describe('a device that cannot be issued', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  async function listed() {
    const host = await scene.host();
    const { devices } = await host.call('device.list', {});
    const { checks } = await host.call('diagnostics.run', {});
    const [device] = devices;
    if (!device || devices.length > 1) throw new Error(`${devices.length} devices are listed`);
    const opened = await host.call('device.open', { device: device.id }).catch((error: unknown) => error);
    return { device, check: checks.find(({ id }) => id === 'device'), opened };
  }

  drawnIt('is listed as another kind of card when it has no PIV application', async () => {
    await scene.insert('no-piv');
    const { device, check, opened } = await listed();
    expect(device).toMatchObject({ state: 'no-application', model: 'unknown', applications: [], capabilities: null });
    expect(check).toMatchObject({ outcome: 'failed', code: 'NO_APPLICATION' });
    expect(opened).toMatchObject({ code: 'NO_APPLICATION' });
  });

  drawnIt('reports a blocked PIN and PUK on a YubiKey without costing a try', async () => {
    await scene.insert('yubikey', { locked: true, file: 'locked' });
    const before = readFileSync(scene.stateFile('locked'));
    const { device, opened } = await listed();
    expect(device).toMatchObject({
      state: 'ready',
      pin: { retriesLeft: 0, blocked: true },
      puk: { retriesLeft: 0, blocked: true },
    });
    expect(opened).toEqual({ device });
    expect(readFileSync(scene.stateFile('locked'))).toEqual(before);
  });

  thoroughIt('reports a blocked PIN on a plain PIV card, whose PUK cannot be read', async () => {
    await scene.insert('piv', { locked: true, file: 'locked-piv' });
    const before = readFileSync(scene.stateFile('locked-piv'));
    const { device } = await listed();
    expect(device).toMatchObject({ state: 'ready', pin: { retriesLeft: 0, blocked: true }, puk: null });
    expect(readFileSync(scene.stateFile('locked-piv'))).toEqual(before);
  });

  drawnIt('reports that contact is needed when it is read without, and is recognised', async () => {
    await scene.insert('piv', { file: 'dual' });
    const { host, device: blank } = await scene.hostWithDevice();
    await scene.cms.prove(host, blank.id, Buffer.from('0102030405060708'.repeat(3), 'hex'), '3DES');
    await scene.cms.run(host, blank.id, ['object.write', { object: 'chuid', content: CHUID }]);
    await scene.clear();

    await scene.insert('piv', { file: 'dual', contactless: true });
    const { device, check, opened } = await listed();
    expect(device).toMatchObject({
      id: 'guid:00112233-4455-6677-8899-aabbccddeeff',
      state: 'contact-needed',
      model: 'piv',
      applications: ['piv'],
      pin: null,
      puk: null,
    });
    expect(check).toMatchObject({ outcome: 'failed', code: 'CONTACT_NEEDED' });
    expect(opened).toMatchObject({ code: 'CONTACT_NEEDED' });
  });

  thoroughIt('is not a contactless YubiKey, which works as over USB', async () => {
    await scene.insert('yubikey');
    await expect(listed()).resolves.toMatchObject({ device: { state: 'ready' }, check: { outcome: 'passed' } });
  });

  drawnIt('is not a card with an unreadable CHUID, which can be erased', async () => {
    await scene.insert('yubikey', { file: 'odd-chuid' });
    const { host, device: blank } = await scene.hostWithDevice();
    await scene.cms.prove(host, blank.id, Buffer.from('0102030405060708'.repeat(3), 'hex'), 'AES-192');
    await scene.cms.run(host, blank.id, ['object.write', { object: 'chuid', content: 'AAAA' }]);
    await scene.clear();

    await scene.insert('yubikey', { file: 'odd-chuid' });
    const { host: later, device } = await scene.hostWithDevice({ confirms: true });
    expect(device).toMatchObject({ state: 'ready', serial: blank.serial, guid: null });
    const [erased] = await scene.cms.run(later, device.id, ['device.reset']);
    expect(erased).toMatchObject({ result: { device: { serial: blank.serial } } });
  });

  thoroughIt('is not a card that answered GET DATA oddly', async () => {
    await scene.insert('yubikey', { faults: [parseFault('status@GET-DATA=6F00')] });
    const { device, check, opened } = await listed();
    expect(device).toMatchObject({ state: 'ready', model: 'yubikey' });
    expect(check).toMatchObject({ outcome: 'passed' });
    expect(opened).toEqual({ device });
  });

  drawnIt('is listed as unresponsive when it does not even answer a reset', async () => {
    await scene.insert('yubikey', { faults: [parseFault('mute@0')] });
    const { device, check, opened } = await listed();
    expect(device).toMatchObject({ state: 'unresponsive', model: 'unknown' });
    expect(check).toMatchObject({ outcome: 'failed', code: 'CARD_MUTE' });
    expect(opened).toMatchObject({ code: 'CARD_MUTE' });
  });
});
