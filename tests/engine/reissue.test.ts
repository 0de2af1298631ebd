import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { forgeOf, relayForged } from '../support/forging.js';
import { writeCertificate, writeChuid } from '../support/host-and-card/card-memory.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { TestCard } from '../support/host-and-card/test-card.js';
import { everyOrNamed } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, BOB } from './support/test-people.js';
import { UNCONFIRMED } from './support/unconfirmed.js';

/** Cards that are erased before they are issued. `integration/portal/erase` has the same through the portal's routes. */

const cms = await TestCms.open();
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
let card: TestCard;

const newYubikey = (profile?: 'yubikey-4.3.7'): TestCard =>
  new TestCard('yubikey', cms.newSerial(), cms.vendor, profile);
const actionFor = async (user: CmsUser): Promise<unknown> => (await user.judge(card)).action;
/** Lists the audit log's events of an operation, oldest first. */
const eventsOf = (operation: string): string[] =>
  cms.audit.filter(({ operationId }) => operationId === operation).map(({ event }) => event);
const startAgain = (id: string): Promise<void> => cms.running.startAgain(ALICE, id);

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
      expect(cms.devicesOf(card)).toEqual([]);
      expect(eventsOf(answer.operation)).toContain('operation.cancelled');
      expect(await actionFor(alice)).toBe('erase');
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
    expect(cms.devicesOf(card)).toEqual([]);
    expect(await actionFor(alice)).toBe(next);
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
    expect(cms.devicesOf(card)).toEqual([]);
    expect(await actionFor(bob)).toBe('start');
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
  async function newFailedCard(): Promise<string> {
    card = newYubikey();
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    await alice.operate(`/${operation}/cancel`, {});
    return cms.deviceOf(card).id;
  }

  it('ends the interrupted erasure: the card is erased once, without an owner', async () => {
    const id = await newFailedCard();
    card.isPinBlocked = true;
    card.pukTries = 0;
    const host = await alice.openHost(card);
    host.pull = { method: 'device.reset', when: 'before' };
    const broken = await alice.relay(host);
    expect(broken).toMatchObject({ state: 'running', deviceState: 'failed' });
    await startAgain(id);
    const answer = await alice.relay(await alice.openHost(card));
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(answer.operation).not.toBe(broken.operation);
    expect(card.erasures).toBe(1);
    expect(eventsOf(broken.operation)).toContain('operation.cancelled');
    // A page that still has its last session learns that it is over.
    const stale = await alice.post(`operations/${broken.operation}/results`, { step: 1, outcomes: [] });
    expect(stale.code).toBe('OPERATION_MOVED');
  });

  describe('with a card that does not report its content', () => {
    // Its attestations name no serial number, so that an operator has to look at it.
    const waits = { state: 'done', deviceState: 'awaiting-approval' };
    beforeAll(() => cms.setPolicy('yubikey', { unprovenKeys: 'supervised' }));
    afterAll(() => cms.setPolicy('yubikey'));

    /** Makes a card with our management key, which nothing shows. */
    async function newGivenBackCard(): Promise<void> {
      card = newYubikey('yubikey-4.3.7');
      const host = await alice.openHost(card);
      host.pull = { method: 'key.generate', when: 'before' };
      const { operation } = await alice.relay(host);
      await alice.operate(`/${operation}/cancel`, {});
      const row = alice.devices.find(({ guid }) => guid === card.guid);
      await startAgain(row?.id ?? '');
    }

    it('erases it like any used one', async () => {
      await newGivenBackCard();
      expect(await actionFor(bob)).toBe('erase');
      expect(await alice.relay(await alice.openHost(card))).toMatchObject(waits);
      expect(card.erasures).toBe(1);
    });

    it('treats it as a new one if the answer to its erasure was lost: nothing identifies it any more', async () => {
      await newGivenBackCard();
      const host = await alice.openHost(card);
      host.pull = { method: 'device.reset', when: 'after' };
      expect(await alice.relay(host)).toMatchObject({ state: 'running' });
      expect(await actionFor(alice)).toBe('start');
      expect(await alice.relay(await alice.openHost(card))).toMatchObject(waits);
      expect(card.erasures).toBe(1);
    });

    it('refuses it, and spends no try of its PUK, if it cannot be erased', async () => {
      await newGivenBackCard();
      const info = await card.describe('x');
      if (!info.capabilities) throw new Error('the card is described without its capabilities');
      const fixed = { ...info, capabilities: { ...info.capabilities, reset: false } };
      expect(await alice.judge(fixed)).toEqual({
        action: null,
        reason: "This device was used before, and it can't be erased.",
      });
    });
  });
});
