import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, publicJwk, sealed, unseal, validate, type OperationAnswer } from '@cardwright/protocol';
import { exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { FakeCard } from './support/fake-card.js';
import type { Pull } from './support/fake-host.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';

/** What an operator is shown as the initial PIN of a device is the PIN of its card, or it is not shown. */

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let olga: Browser;
let serial = 95_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const shown = v.strictObject({ display: v.string(), device: v.string(), sealed });

describe.each(['yubikey', 'piv'] as const)('the initial PIN of a %s', (model) => {
  let card: FakeCard;

  beforeEach(() => {
    card = model === 'yubikey' ? new FakeCard(model, String((serial += 1)), vendor) : new FakeCard(model, null, null);
  });

  const rowOf = async () => (await listDevices(alice)).devices.find(({ guid }) => guid === card.guid);

  /** The PIN that an operator reads, or the code of the error. */
  async function show(): Promise<string | undefined> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    const row = await rowOf();
    const request = { display: randomUUID(), key: validate(publicJwk, await exportJWK(publicKey)) };
    const answer = await olga.post(`/api/operator/devices/${row?.id ?? ''}/initial-pin`, request);
    if (answer.code !== undefined) return answer.code;
    const { device, sealed: jwe } = validate(shown, answer.body);
    const context = { origin: portal.origin, operation: null, device, session: request.display } as const;
    return Buffer.from(await unseal(jwe, privateKey, { ...context, purpose: 'display' })).toString();
  }

  const activate = async () => olga.post(`/api/operator/devices/${(await rowOf())?.id ?? ''}/activate`, {});

  /** A session whose user closes the PIN window. */
  async function giveUp(): Promise<OperationAnswer> {
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    return alice.relay(host);
  }

  /** A session that ends at the PIN, so that the CMS does not hear whether it was changed. */
  async function breakOffAtPin(when: Pull['when']): Promise<void> {
    const host = await alice.openHost(card);
    host.pull = { method: 'pin.change', when };
    expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
  }

  it('is shown when its user closed the PIN window', async () => {
    await giveUp();
    expect(await show()).toBe(card.pin);
    await activate();
    expect(await show()).toBe(card.pin);
  });

  it.each<Pull['when']>(['before', 'after'])(
    'is not shown while nobody knows whether it was changed (%s), nor is the device activated',
    async (when) => {
      await breakOffAtPin(when);
      expect((await rowOf())?.hasInitialPin).toBe(false);
      expect(await show()).toBe('DEVICE_STATE');
      expect((await activate()).code).toBe('DEVICE_STATE');
    },
  );

  it.each<Pull['when']>(['before', 'after'])(
    'is on the card again when the next session ends with a closed PIN window (%s)',
    async (when) => {
      await breakOffAtPin(when);
      expect(await giveUp()).toMatchObject({ state: 'done', deviceState: 'pending' });
      await activate();
      expect(await show()).toBe(card.pin);
      expect(card.fewestPukTries).toBe(3);
    },
  );

  it('is not shown after its user cancelled at the PIN; she goes on, and then it is known again', async () => {
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase === 'pin');
    card.pin = '739164';
    await alice.operate(`/${operation}/cancel`, {});
    expect(await show()).toBe('DEVICE_STATE');
    expect((await rowOf())?.waysOn).toEqual(['go-on']);
    await giveUp();
    expect(await show()).toBe(card.pin);
  });
});
