import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, type Method } from '@cardwright/protocol';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { TestCard } from '../support/host-and-card/test-card.js';
import { everyOrOneIn } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, BOB, OLGA } from './support/test-people.js';

const cms = await TestCms.open();
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);

/** Finds the row of a card on My Devices. */
const rowOf = (card: TestCard) => alice.devices.find(({ guid }) => guid === card.guid);

/** Runs an issuance until the card is pulled. */
async function breakOff(card: TestCard, pull: Pull) {
  const host = await alice.openHost(card);
  host.pull = pull;
  return alice.relay(host);
}

const METHODS: Record<'yubikey' | 'piv', Method[]> = {
  yubikey: [
    'object.write',
    'credentials.prepare',
    'credentials.apply',
    'key.generate',
    'key.attest',
    'csr.create',
    'certificate.write',
    'certificate.read',
    'pin.change',
  ],
  piv: [
    'object.write',
    'credentials.prepare',
    'credentials.apply',
    'key.generate',
    'csr.create',
    'certificate.write',
    'certificate.read',
    'pin.change',
  ],
};

describe.each(['yubikey', 'piv'] as const)('a %s that is pulled', (model) => {
  const moments = METHODS[model].flatMap((method) => [[method, 'before'] as const, [method, 'after'] as const]);

  // The fault sweep pulls it at every APDU.
  it.each(everyOrOneIn(moments.length, moments))(
    'finishes once it is back when pulled at %s (%s it), with full counters',
    async (method, when) => {
      const card = cms.newCard(model);
      const broken = await breakOff(card, { method, when });
      expect(broken).toMatchObject({ state: 'running', step: null, error: { data: { name: 'CARD_REMOVED' } } });
      expect(rowOf(card)?.state).not.toBe('active');

      const answer = await alice.issue(card);
      expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
      expect(card.pukTries).toBe(3);
      const row = rowOf(card);
      expect(row?.state).toBe('active');
      expect(row?.certificates.filter(({ status }) => status === 'good').map(({ slot }) => slot)).toEqual([
        '9A',
        '9C',
        '9D',
        '9E',
      ]);
    },
  );
});

it('finds its key again when it was pulled between management key and PUK', async () => {
  const card = cms.newCard('yubikey');
  const host = await alice.openHost(card);
  host.stopAfter = 'management-key';
  await alice.relay(host);
  expect(card.puk).toBe('12345678');
  const second = await alice.openHost(card);
  expect(await alice.relay(second)).toMatchObject({ state: 'done', deviceState: 'active' });
  // This proves the escrow's key, so it is not authenticated again after the keys.
  expect(second.executed.filter((method) => method === 'managementKey.authenticate')).toHaveLength(1);
  expect(second.executed).not.toContain('credentials.prepare');
  expect(card.pukTries).toBe(3);
});

it('tries at most two management keys in a session', async () => {
  const card = cms.newCard('yubikey');
  await breakOff(card, { method: 'key.generate', when: 'before' });
  card.managementKey = { algorithm: 'AES-192', key: Buffer.alloc(24, 7) };
  card.managementTries = 0;
  const answer = await alice.issue(card);
  expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } } });
  expect(card.managementTries).toBe(2);
});

it('skips candidates of an algorithm that the card does not have', async () => {
  const card = cms.newCard('yubikey');
  await breakOff(card, { method: 'key.generate', when: 'before' });
  card.managementKey = { algorithm: '3DES', key: Buffer.alloc(24, 7) };
  card.managementTries = 0;
  expect(await alice.issue(card)).toMatchObject({
    error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } },
  });
  expect(card.managementTries).toBe(0);
});

it.each(['3DES', 'AES-192'] as const)(
  'uses the factory key with the algorithm that the card reports: %s',
  async (algorithm) => {
    const card = cms.newCard('yubikey');
    card.managementKey = { algorithm, key: card.managementKey.key };
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.managementKey.algorithm).toBe('AES-192');
  },
);

it('needs one more call for each further candidate', async () => {
  // Its attestations have no serial number, so an operator must approve it.
  await cms.setPolicy('yubikey', { unprovenKeys: 'supervised' });
  const card = new TestCard('yubikey', cms.newSerial(), cms.vendor, 'yubikey-4.3.7');
  await breakOff(card, { method: 'credentials.apply', when: 'before' });
  // Without metadata the newest escrow is tried first, which was never applied, and then the factory key.
  const host = await alice.openHost(card);
  const before = alice.operationCalls;
  expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
  expect(alice.operationCalls - before).toBe(7);
  await cms.setPolicy('yubikey');
});

it('leaves no device row when it is cancelled before anything was applied', async () => {
  const card = cms.newCard('yubikey');
  const host = await alice.openHost(card);
  const { operation, step } = await alice.operate('', host.startRequest);
  await host.run(step?.jws ?? '');
  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: null });
  expect(rowOf(card)).toBeUndefined();
  expect((await alice.post(`operations/${operation}/results`, { step: 1, outcomes: [] })).code).toBe(
    'OPERATION_NOT_FOUND',
  );
  expect(await alice.judge(card)).toEqual({ action: 'start', reason: null });
});

it('is failed when it is cancelled later; only its owner may continue', async () => {
  const card = cms.newCard('yubikey');
  const host = await alice.openHost(card);
  const { operation } = await alice.relay(host, ({ phase }) => phase.name === 'certificates');
  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: 'failed' });
  expect(rowOf(card)?.certificates.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked', 'revoked']);

  expect(await bob.judge(card)).toEqual({ action: null, reason: 'This device belongs to someone else.' });
  expect(await alice.judge(card)).toMatchObject({ action: 'continue' });
  const answer = await alice.issue(card);
  expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(answer.operation).not.toBe(operation);
});

it('stays pending when the page closes at the PIN, and continues without spending a try', async () => {
  const card = cms.newCard('yubikey');
  const host = await alice.openHost(card);
  expect(await alice.relay(host, ({ phase }) => phase.name === 'pin')).toMatchObject({ deviceState: 'pending' });
  expect(await alice.judge(card)).toMatchObject({ action: 'continue' });
  const resumed = await alice.openHost(card);
  expect(await alice.relay(resumed)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(resumed.executed).toContain('credentials.restore');
  expect(resumed.executed).not.toContain('key.generate');
  expect(card.pin).toBe('739164');
});

it('stays pending when it is cancelled at the PIN, and its owner may continue', async () => {
  const card = cms.newCard('yubikey');
  const { operation } = await alice.issue(card, 'pin');
  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: 'pending' });
  expect(await alice.judge(card)).toMatchObject({ action: 'continue' });
  expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
});

describe('a device whose user closed the PIN window', () => {
  let card: TestCard;
  let host: PlayedHost;

  beforeEach(async () => {
    card = cms.newCard('yubikey');
    host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await alice.relay(host)).toMatchObject({
      state: 'running',
      deviceState: 'pending',
      error: { data: { name: 'USER_CANCELLED' } },
    });
  });

  const activate = () => olga.act(cms.deviceOf(card).id, 'activate');

  it('becomes active once she sets the PIN, however late and after however many closed windows', async () => {
    for (let times = 0; times < 3; times += 1) {
      const again = await alice.openHost(card);
      again.user = host.user;
      expect(await alice.relay(again)).toMatchObject({ state: 'running', deviceState: 'pending' });
    }
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.pin).toBe('739164');
    expect(card.fewestPukTries).toBe(3);
  });

  it('can be activated by an operator, after which its owner cannot choose a PIN any more', async () => {
    expect(await activate()).toMatchObject({ body: { state: 'active' } });
    expect((await alice.post('operations', (await alice.openHost(card)).startRequest)).code).toBe(
      'DEVICE_NOT_ELIGIBLE',
    );
  });

  it('cannot be activated by an operator while its owner may be choosing a PIN', async () => {
    await alice.issue(card, 'pin');
    expect((await activate()).code).toBe('DEVICE_STATE');
  });
});

it('continues after a restart of the CMS', async () => {
  const card = cms.newCard('yubikey');
  const host = await alice.openHost(card);
  const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'certificates');
  cms.restart();
  let answer = await alice.operate(`/${operation}/results`, {
    step: step?.number,
    outcomes: await host.run(step?.jws ?? ''),
  });
  expect(answer.phase.name).toBe('pin');
  cms.restart();
  answer = await alice.operate(`/${operation}/results`, {
    step: answer.step?.number,
    outcomes: await host.run(answer.step?.jws ?? ''),
  });
  expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
});
