import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startPortal } from '@cardwright/portal';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { readDeviceFile } from '../../../portal/src/server/store/device-file.js';
import { everyOrNamed } from '../../support/thorough.js';
import { writeCertificate, writeChuid } from '../../support/host-and-card/card-memory.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import type { Pull } from '../../support/host-and-card/pull.js';
import { forgeOf, relayForged } from '../../support/forging.js';
import { actionFor, eventsOf, newYubikey, openErasingPortal, rowsOf, UNCONFIRMED } from './support/erasing.js';
import { setPolicy } from './support/operator.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let card: TestCard;

beforeAll(async () => {
  ({ portal, alice, bob, olga } = await openErasingPortal());
});
afterAll(() => portal.remove());

/** Makes a security key that was used elsewhere: nothing of its factory state is left. */
function newUsedCard(): TestCard {
  const used = newYubikey();
  used.managementKey = { algorithm: 'AES-192', key: Buffer.alloc(24, 5) };
  used.pin = '654321';
  used.puk = '87654321';
  writeCertificate(used.state, '9A', 'AAAA');
  writeChuid(used.state, 'NBAAAAAAAAAAAAAAAAAAAAAA');
  return used;
}

beforeEach(() => {
  card = newUsedCard();
});

describe('a used card', () => {
  it('is erased in the first step and issued with fresh credentials in the six steps after it', async () => {
    const host = await alice.openHost(card);
    const before = alice.operationCalls;
    const answer = await alice.relay(host);
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    // The witness comes with the erasure, so that there is no further call.
    expect(alice.operationCalls - before).toBe(6);
    expect(host.executed.slice(0, 3)).toEqual([
      'device.reset',
      'managementKey.getChallenge',
      'managementKey.authenticate',
    ]);
    expect(card.erasures).toBe(1);
    expect(card.pin).toBe('739164');
    expect(card.pukTries).toBe(3);
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active', managementKey: 'own' }]);
    expect((await eventsOf(olga, answer.operation)).slice(0, 3)).toEqual([
      'operation.started',
      'device.erase-ordered',
      'device.erased',
    ]);
  });

  it.each(everyOrNamed<ErrorCode>(UNCONFIRMED, 'USER_CANCELLED'))(
    'stays as it was, without a row, if its user answers %s',
    async (code) => {
      const host = await alice.openHost(card);
      host.confirm = () => {
        throw new CardwrightError(code as 'USER_CANCELLED');
      };
      const answer = await alice.relay(host);
      expect(answer).toMatchObject({
        state: 'cancelled',
        step: null,
        deviceState: null,
        error: { data: { name: code } },
      });
      expect(card).toMatchObject({ erasures: 0, pin: '654321', puk: '87654321' });
      expect(await rowsOf(olga, card, '/api/operator/devices')).toEqual([]);
      expect(await eventsOf(olga, answer.operation)).toContain('operation.cancelled');
      expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
    },
  );

  it.each<[Pull['when'], string, number]>([
    ['before', 'erase', 1],
    ['after', 'start', 1],
  ])('continues after it was pulled %s its erasure (%s), and is never shown before', async (when, next, erasures) => {
    const host = await alice.openHost(card);
    host.pull = { method: 'device.reset', when };
    const broken = await alice.relay(host);
    expect(broken).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } }, deviceState: null });
    expect(await rowsOf(olga, card, '/api/operator/devices')).toEqual([]);
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: next }] });
    const answer = await alice.relay(await alice.openHost(card));
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(answer.operation).toBe(broken.operation);
    expect(card.erasures).toBe(erasures);
  });

  it('leaves nothing behind if its user cancels right after it was erased', async () => {
    const host = await alice.openHost(card);
    const { operation } = await alice.relay(host, ({ phase }) => phase.name === 'personalize');
    expect(card.erasures).toBe(1);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: null });
    expect(await rowsOf(olga, card, '/api/operator/devices')).toEqual([]);
    expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: 'start' }] });
  });

  it.each<[string, (info: DeviceInfo) => DeviceInfo, string]>([
    ['still holds certificates', (info) => ({ ...info, certificates: ['9A'] }), "The device wasn't erased completely."],
    ['is another one', (info) => ({ ...info, serial: '1' }), 'A different device was erased from the one chosen.'],
  ])('is not issued if it %s afterwards', async (_what, lie, reason) => {
    const host = await alice.openHost(card);
    const forge = forgeOf('device.reset', (_params, { device }) => ({ device: lie(device) }));
    expect(await relayForged(alice, host, { forge })).toMatchObject({
      state: 'failed',
      deviceState: null,
      error: { data: { name: 'OPERATION_FAILED', details: { reason } } },
    });
    expect(host.executed).not.toContain('credentials.prepare');
  });

  it('counts as erased only by its own cryptogram', async () => {
    const host = await alice.openHost(card);
    const forge = forgeOf('device.reset', (_params, erased) => {
      card.managementKey = { algorithm: 'AES-192', key: Buffer.alloc(24, 5) };
      return erased;
    });
    expect(await relayForged(alice, host, { forge })).toMatchObject({
      state: 'failed',
      deviceState: null,
      error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } },
    });
  });
});

describe('starting again', () => {
  const startAgain = (id: string, browser = alice) => browser.post(`/api/devices/${id}/start-again`, {});

  async function newFailedCard(): Promise<string> {
    card = newYubikey();
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    await alice.operate(`/${operation}/cancel`, {});
    const [row] = await rowsOf(alice, card);
    expect(row).toMatchObject({ state: 'failed', stateReason: 'CANCELLED', ownerActions: ['continue', 'start-again'] });
    return row?.id ?? '';
  }

  it('gives a failed device back: its card is erased and issued again, by anyone', async () => {
    const id = await newFailedCard();
    expect((await startAgain(id, bob)).code).toBe('DEVICE_STATE');
    expect((await startAgain(id)).status).toBe(200);
    expect(await rowsOf(alice, card)).toEqual([]);
    expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: 'erase' }] });
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(1);
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active' }]);
    expect((await startAgain(id)).code).toBe('DEVICE_STATE');
  });

  it('ends the interrupted erasure: the card is erased once, without an owner', async () => {
    const id = await newFailedCard();
    card.isPinBlocked = true;
    card.pukTries = 0;
    const host = await alice.openHost(card);
    host.pull = { method: 'device.reset', when: 'before' };
    const broken = await alice.relay(host);
    expect(broken).toMatchObject({ state: 'running', deviceState: 'failed' });
    expect((await startAgain(id)).status).toBe(200);
    const answer = await alice.relay(await alice.openHost(card));
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(answer.operation).not.toBe(broken.operation);
    expect(card.erasures).toBe(1);
    expect(await eventsOf(olga, broken.operation)).toContain('operation.cancelled');
    // A page that still has its last session learns that it is over.
    const stale = await alice.post(`/api/operations/${broken.operation}/results`, { step: 1, outcomes: [] });
    expect(stale.code).toBe('OPERATION_MOVED');
  });

  describe('with a card that does not report its content', () => {
    // Its attestations name no serial number, so that an operator has to look at it.
    const waits = { state: 'done', deviceState: 'awaiting-approval' };
    beforeAll(() => setPolicy(portal, olga, 'yubikey', { unprovenKeys: 'supervised' }));
    afterAll(() => setPolicy(portal, olga, 'yubikey'));

    /** Makes a card with our management key, which nothing shows. */
    async function newGivenBackCard(): Promise<void> {
      card = newYubikey('yubikey-4.3.7');
      const host = await alice.openHost(card);
      host.pull = { method: 'key.generate', when: 'before' };
      const { operation } = await alice.relay(host);
      await alice.operate(`/${operation}/cancel`, {});
      const row = (await listDevices(alice)).devices.find(({ guid }) => guid === card.guid);
      expect((await startAgain(row?.id ?? '')).status).toBe(200);
    }

    it('erases it like any used one', async () => {
      await newGivenBackCard();
      expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: 'erase' }] });
      expect(await alice.relay(await alice.openHost(card))).toMatchObject(waits);
      expect(card.erasures).toBe(1);
    });

    it('treats it as a new one if the answer to its erasure was lost: nothing identifies it any more', async () => {
      await newGivenBackCard();
      const host = await alice.openHost(card);
      host.pull = { method: 'device.reset', when: 'after' };
      expect(await alice.relay(host)).toMatchObject({ state: 'running' });
      expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'start' }] });
      expect(await alice.relay(await alice.openHost(card))).toMatchObject(waits);
      expect(card.erasures).toBe(1);
    });

    it('refuses it, and spends no try of its PUK, if it cannot be erased', async () => {
      await newGivenBackCard();
      const info = await card.describe('x');
      const fixed = { ...info, capabilities: { ...info.capabilities, reset: false } };
      expect((await alice.post('/api/devices/eligibility', { kind: 'issue', devices: [fixed] })).body).toMatchObject({
        devices: [{ action: null, reason: "This device was used before, and it can't be erased." }],
      });
    });
  });

  it('forgets the earlier secrets once the card proved that it has its factory key again, and no earlier', async () => {
    const own = await startTestPortal();
    try {
      const owner = await Browser.login(own, 'alice');
      const used = newYubikey();
      const { operation } = await owner.relay(await owner.openHost(used), ({ phase }) => phase.name === 'certificates');
      await owner.operate(`/${operation}/cancel`, {});
      const [row] = (await listDevices(owner)).devices;
      expect((await startAgain(row?.id ?? '', owner)).status).toBe(200);
      const keptOfRow = async () => {
        const store = await openPortalDatabase(own.configuration.database);
        try {
          return (await readDeviceFile(store.db, row?.id ?? ''))?.escrows.length;
        } finally {
          await store.close();
        }
      };
      const host = await owner.openHost(used);
      const erased = await owner.relay(host, ({ phase }) => phase.name === 'personalize');
      await own.close();
      expect(await keptOfRow()).toBe(1);

      const again = await startPortal(own.configuration);
      const returned = await Browser.login(again, 'alice');
      expect(await returned.relay(await returned.openHost(used))).toMatchObject({
        operation: erased.operation,
        deviceState: 'active',
      });
      await again.close();
      expect(await keptOfRow()).toBe(0);
    } finally {
      await own.remove();
    }
  });

  it('is not offered for a card that cannot be erased, if the policy forbids it, or for a complete device', async () => {
    const olgasPut = (reset: string) =>
      olga.send('PUT', '/api/operator/policy', {
        model: 'yubikey',
        policy: { ...portal.configuration.devicePolicies.yubikey?.policy, reset },
      });
    const id = await newFailedCard();
    await olgasPut('refuse');
    expect((await startAgain(id)).code).toBe('DEVICE_STATE');
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'failed', ownerActions: ['continue'] }]);
    await olgasPut('allow');

    const plain = new TestCard('piv', null, null);
    const { operation } = await alice.relay(await alice.openHost(plain), ({ phase }) => phase.name === 'certificates');
    await alice.operate(`/${operation}/cancel`, {});
    const row = (await listDevices(alice)).devices.find(({ guid }) => guid === plain.guid);
    expect(row).toMatchObject({ state: 'failed', ownerActions: ['continue'] });
    expect((await startAgain(row?.id ?? '')).code).toBe('DEVICE_STATE');

    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
    expect((await startAgain(id)).code).toBe('DEVICE_STATE');
  });
});
