import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { PortalUser, type InsertedCard, type Stage } from '@cardwright/stage';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { WIRE_SCRIPT } from '../../support/fake-portal.js';
import { PortalClient } from '../../support/portal-client.js';
import { ALICE } from '../../support/portal-options.js';
import { WireSession, type WireAnswer } from '../../support/wire-page.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

/** A script in the portal's own page, with all rights of its user. */
describe('a hostile script in the page', () => {
  let stage: Stage;
  let alice: PortalUser;
  let session: WireSession;
  let [left, right]: (InsertedCard | undefined)[] = [];

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm: 'P-256' });
    [left, right] = [await stage.insert({ profile: 'yubikey' }), await stage.insert({ profile: 'yubikey' })];
    alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.wizard.pane('choose');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await alice.page.evaluate(WIRE_SCRIPT);
  });
  afterAll(() => stage.close());

  beforeEach(async () => {
    session = await WireSession.open(alice.page);
  });

  /**
   * Opens the card of a reader and starts an operation for it. The step is genuine.
   *
   * @param told the script's lies to the CMS
   */
  const begin = async (card: InsertedCard | undefined, told: { device?: Partial<DeviceInfo>; host?: object } = {}) => {
    const { session: host } = resultOf(await session.initialize());
    const { devices } = resultOf(await session.call('device.list')) as { devices: DeviceInfo[] };
    const device = devices.find(({ reader }) => reader === card?.reader.name);
    if (device === undefined) throw new Error('no device');
    resultOf(await session.call('device.open', { device: device.id }));
    const { operation, step } = await alice.page.evaluate(
      async (body) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch('/api/operations', { method: 'POST', headers, body: JSON.stringify(body) });
        return (await response.json()) as OperationAnswer;
      },
      { kind: 'issue', device: { ...device, ...told.device }, host: told.host ?? host },
    );
    if (step === null) throw new Error('no step');
    return { operation, step, devices, device };
  };
  const apdus = (): number => (left?.apdus.length ?? 0) + (right?.apdus.length ?? 0);

  it('cannot run any command of class manage by itself', async () => {
    await begin(left);
    const before = apdus();
    for (const [method, params] of [
      ['key.generate', { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' }],
      ['managementKey.getChallenge', { algorithm: null }],
      ['certificate.delete', { slot: '9A' }],
      ['device.reset', {}],
    ] as const) {
      await expect(session.code(method, params)).resolves.toBe('STEP_REQUIRED');
    }
    expect(apdus()).toBe(before);
    await session.close();
  });

  it('cannot alter a step', async () => {
    const { step } = await begin(left);
    const before = apdus();
    const [header, payload = '', signature] = step.jws.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('managementKey.getChallenge', 'device.reset');
    const jws = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    await expect(session.code('step.run', { jws })).resolves.toBe('STEP_REFUSED');
    expect(apdus()).toBe(before);
    await session.close();
  });

  it('cannot run a step twice, nor in another session', async () => {
    const { step, device } = await begin(left);
    expect(resultOf(await session.call('step.run', { jws: step.jws }))).toMatchObject({ outcomes: [{ result: {} }] });
    const before = apdus();
    await expect(session.call('step.run', { jws: step.jws })).resolves.toMatchObject({
      error: { data: { name: 'STEP_REFUSED', details: { reason: 'order' } } },
    });
    expect(apdus()).toBe(before);
    resultOf(await session.call('device.close'));
    await session.close();

    const other = await WireSession.open(alice.page);
    resultOf(await other.initialize());
    resultOf(await other.call('device.list'));
    resultOf(await other.call('device.open', { device: device.id }));
    const opened = apdus();
    await expect(other.call('step.run', { jws: step.jws })).resolves.toMatchObject({
      error: { data: { name: 'STEP_REFUSED', details: { reason: 'session' } } },
    });
    expect(apdus()).toBe(opened);
    await other.close();
  });

  it('cannot run a step on another device', async () => {
    const { step, devices, device } = await begin(left);
    resultOf(await session.call('device.close'));
    const other = devices.find(({ id }) => id !== device.id);
    resultOf(await session.call('device.open', { device: other?.id }));
    const before = apdus();
    await expect(session.call('step.run', { jws: step.jws })).resolves.toMatchObject({
      error: { data: { name: 'STEP_REFUSED', details: { reason: 'device' } } },
    });
    expect(apdus()).toBe(before);
    await session.close();
  });

  it('cannot have the host run a step for a key of its own, and gets no secret under it', async () => {
    const { operation, step } = await begin(left, { host: { key: await keyOf(alice.page) } });
    const before = apdus();
    await expect(session.call('step.run', { jws: step.jws })).resolves.toMatchObject({
      error: { data: { name: 'STEP_REFUSED', details: { reason: 'session' } } },
    });
    expect(apdus()).toBe(before);
    expect(payloadOf(step.jws)).not.toContain('sealed');
    expect(await eventsOf(operation)).not.toContain('secret.released');
    await session.close();
  });

  it.each<[string, Partial<DeviceInfo>]>([
    ['its serial number', { serial: null }],
    ['its GUID', { guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11' }],
    ['that it has certificates', { certificates: ['9A'] }],
    ['its model', { model: 'piv' }],
  ])('cannot lie to the CMS about the card: %s', async (_what, lie) => {
    const { operation, step } = await begin(left, { device: lie });
    const before = apdus();
    await expect(session.call('step.run', { jws: step.jws })).resolves.toMatchObject({
      error: { data: { name: 'STEP_REFUSED', details: { reason: 'card' } } },
    });
    expect(apdus()).toBe(before);
    expect(await eventsOf(operation)).not.toContain('secret.released');
    await session.close();
  });

  /** Lists the events of an operation in the audit log. */
  const eventsOf = async (operation: string): Promise<string[]> => {
    const oscar = await new PortalClient(stage.portal.url).login('oscar');
    const entries = await oscar.audit();
    return entries.filter(({ operationId }) => operationId === operation).map(({ event }) => event);
  };
});

/** Makes a key pair in the page, and returns its public half in the form of a host's key. */
const keyOf = (page: Page): Promise<object> =>
  page.evaluate(async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    return { kty, crv, x, y };
  });

const payloadOf = (jws: string): string => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();

function resultOf({ result, error }: WireAnswer): Record<string, unknown> {
  if (result === undefined) throw new Error(`refused: ${error?.data.name ?? 'without a name'}`);
  return result;
}
