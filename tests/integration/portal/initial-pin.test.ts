import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, type OperationAnswer } from '@cardwright/protocol';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { FakeDisplay } from './support/fake-display.js';
import type { Pull } from '../../support/host-and-card/pull.js';
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

describe.each(['yubikey', 'piv'] as const)('the initial PIN of a %s', (model) => {
  let card: TestCard;

  beforeEach(() => {
    card = model === 'yubikey' ? new TestCard(model, String((serial += 1)), vendor) : new TestCard(model, null, null);
  });

  const rowOf = async () => (await listDevices(alice)).devices.find(({ guid }) => guid === card.guid);

  /** The PIN that an operator reads, or the code of the error. */
  async function show(password = 'olga-password'): Promise<string | undefined> {
    const display = await FakeDisplay.open();
    const row = await rowOf();
    const answer = await olga.post(`/api/operator/devices/${row?.id ?? ''}/initial-pin`, display.request(password));
    if (answer.code !== undefined) return answer.code;
    const { secret, owner } = await display.read(answer.body, olga);
    // Whose it is, as the portal knows it: neither of the two pages can say so.
    expect(owner).toBe('Alice Example');
    return secret;
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
      expect(await giveUp()).toMatchObject({ state: 'running', deviceState: 'pending' });
      await activate();
      expect(await show()).toBe(card.pin);
      expect(card.fewestPukTries).toBe(3);
    },
  );

  it('is not shown after its user cancelled at the PIN; she continues, and then it is known again', async () => {
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'pin');
    card.pin = '739164';
    await alice.operate(`/${operation}/cancel`, {});
    expect(await show()).toBe('DEVICE_STATE');
    expect((await rowOf())?.ownerActions).toEqual(['continue']);
    await giveUp();
    expect(await show()).toBe(card.pin);
  });

  it('is shown to nobody but an operator who knows her password', async () => {
    await giveUp();
    for (const wrong of ['', 'alice-password', card.pin]) expect(await show(wrong)).toBe('PASSWORD_INCORRECT');
    expect(await show()).toBe(card.pin);
  });
});

it('is asked for so often that the password could be guessed, and no oftener; a login then waits, too', async () => {
  const oscar = await Browser.login(portal, 'oscar');
  const display = await FakeDisplay.open();
  const path = `/api/operator/devices/${randomUUID()}/initial-pin`;
  for (let tries = 0; tries < 5; tries += 1)
    expect(await oscar.post(path, display.request(`guess ${tries}`))).toMatchObject({
      status: 403,
      code: 'PASSWORD_INCORRECT',
    });
  expect(await oscar.post(path, display.request('oscar-password'))).toMatchObject({
    status: 429,
    code: 'RATE_LIMITED',
  });
  await expect(Browser.login(portal, 'oscar')).rejects.toThrow('429');
  const log = (await olga.get('/api/operator/audit')).body;
  expect(log).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({
        actor: 'oscar',
        event: 'initial-pin.shown',
        outcome: 'failed',
        detail: { reason: 'PASSWORD_INCORRECT' },
      }),
    ]),
  });
  expect(JSON.stringify(log)).not.toContain('guess');
});
