import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPortal, type Portal } from '@cardwright/portal';
import { CardwrightError, validate } from '@cardwright/protocol';
import { eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, operations, type OperationRow } from '../../../portal/src/server/store/schema.js';
import { act, setPolicy } from './support/operator.js';
import { leaveHalfIssued } from './support/before-an-upgrade.js';
import { forgetKeys } from '../../support/host-and-card/card-memory.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import {
  BEFORE_PASSKEYS,
  BEFORE_PROOF_KEYS,
  BEFORE_PROOFS,
  flatState,
  makeOldDatabase,
} from './support/old-database.js';
import { Browser, listDevices, startEmbeddedPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';

/**
 * A database of the portal before sessions were identified by their keys and devices by their proofs. Its rows are today's, written
 * back into the tables of the old migrations.
 */

const YUBIKEYS = ['active', 'pending', 'failed', 'half', 'begun'] as const;
const cards = {
  ...Object.fromEntries(YUBIKEYS.map((name, index) => [name, new TestCard('yubikey', `3800000${index}`, TEST_VENDOR)])),
  plain: new TestCard('piv', null, null),
  plainHalf: new TestCard('piv', null, null),
} as Record<(typeof YUBIKEYS)[number] | 'plain' | 'plainHalf', TestCard>;

/** Each running operation had an older open one beside it. */
const DUPLICATE = `
  INSERT INTO operations (id, kind, user_id, device_id, card_serial, guid, status, step_number, session_nonce, state, step_methods, created_at)
  SELECT 'older-' || id, kind, user_id, device_id, card_serial, gen_random_uuid(), status, 1, 'nonce', state, step_methods,
    created_at - interval '1 hour'
  FROM operations WHERE status = 'running'`;

let old: TestPortal;
let portal: Portal;
let alice: Browser;
let olga: Browser;
let before: { id: string; state: string }[];
let database: string;
const begun: string[] = [];
let lastOperated: Browser['lastOperated'];

beforeAll(async () => {
  old = await startEmbeddedPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  const operator = await Browser.login(old, 'olga');
  for (const model of ['yubikey', 'piv'] as const) await setPolicy(old, operator, model);
  const browser = await Browser.login(old, 'alice');
  for (const name of ['active', 'plain'] as const)
    expect(await browser.relay(await browser.openHost(cards[name]))).toMatchObject({ deviceState: 'active' });
  lastOperated = browser.lastOperated;

  const pending = await browser.openHost(cards.pending);
  pending.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  const givenUp = await browser.relay(pending);
  expect(givenUp).toMatchObject({ state: 'running', deviceState: 'pending' });
  await browser.operate(`/${givenUp.operation}/cancel`, {});

  const failing = await browser.relay(await browser.openHost(cards.failed), ({ phase }) => phase.name === 'keys');
  expect(await browser.operate(`/${failing.operation}/cancel`, {})).toMatchObject({ deviceState: 'failed' });

  for (const name of ['half', 'plainHalf'] as const) {
    const host = await browser.openHost(cards[name]);
    host.pull = { method: 'credentials.apply', when: 'after' };
    expect(await browser.relay(host)).toMatchObject({ state: 'running', deviceState: 'producing' });
    // The old portal had no key made before its credentials were on the card.
    forgetKeys(cards[name].state);
  }
  begun.push((await browser.operate('', (await browser.openHost(cards.begun)).startRequest)).operation);

  before = (await listDevices(browser)).devices.map(({ id, state }) => ({ id, state }));
  await old.close();
  database = join(old.folder, 'old-database');
  await makeOldDatabase(join(old.folder, 'database'), database, BEFORE_PROOFS, DUPLICATE);
  portal = await startPortal({ ...old.configuration, database: { folder: database } });
  [alice, olga] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga')];
});
afterAll(async () => {
  await portal.close();
  await old.remove();
});

const rowOf = async ({ guid }: TestCard) => (await listDevices(alice)).devices.find((row) => row.guid === guid);

describe('the database of an older portal', () => {
  it('has its policies converted: attestation stays required, and the rest is supervised', async () => {
    const { body } = await olga.get('/api/operator/policy');
    const policy = v.object({ model: v.string(), policy: v.record(v.string(), v.unknown()) });
    const { policies } = validate(v.object({ policies: v.array(policy) }), body);
    const of = (model: string) => policies.find((one) => one.model === model)?.policy;
    const slots = { '9A': 'P-256', '9E': 'P-256' };
    expect(of('yubikey')).toEqual({ ...old.configuration.devicePolicies.yubikey?.policy, slots });
    expect(of('piv')).toEqual({ ...old.configuration.devicePolicies.piv?.policy, slots, unprovenKeys: 'supervised' });
  });

  it('shows each device in its former state', async () => {
    const after = (await listDevices(alice)).devices.map(({ id, state }) => ({ id, state }));
    expect(after).toEqual(before);
    expect(after.map(({ state }) => state).sort()).toEqual([
      'active',
      'active',
      'failed',
      'pending',
      'producing',
      'producing',
    ]);
  });

  it('answers repeated results with the words of today for the stored phase', async () => {
    const { path, body } = lastOperated ?? { path: '', body: {} };
    expect(await alice.operate(path, body)).toMatchObject({
      state: 'done',
      phase: { name: 'finished', text: 'Finished' },
      deviceState: 'active',
    });
  });

  it('resumes an operation that was only begun by the serial number of its card', async () => {
    const { operation } = await alice.operate('', (await alice.openHost(cards.begun)).startRequest);
    expect([operation]).toEqual(begun);
    expect(await alice.relay(await alice.openHost(cards.begun))).toMatchObject({
      state: 'done',
      deviceState: 'active',
    });
  });

  it('continues its half-issued devices: one that proves itself becomes active, one that does not waits for an operator', async () => {
    expect(await alice.relay(await alice.openHost(cards.half))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect((await rowOf(cards.half))?.proof).toBe('attested');
    const plain = await alice.relay(await alice.openHost(cards.plainHalf));
    expect(plain).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    // The security key reports which PUK it has; for the plain card it is found out.
    expect([cards.half.fewestPukTries, cards.plainHalf.fewestPukTries]).toEqual([3, 2]);
  });

  it('shows operators an earlier operation without its course, and with it from today on', async () => {
    const item = v.looseObject({ kind: v.string() });
    const page = v.looseObject({ operations: v.array(v.looseObject({ status: v.string(), items: v.array(item) })) });
    const kindsOf = async (card: TestCard) => {
      const { body } = await olga.get(`/api/operator/devices/${(await rowOf(card))?.id ?? ''}`);
      return validate(page, body).operations.map(({ status, items }) => [status, items[0]?.kind]);
    };
    expect(await kindsOf(cards.active)).toEqual([['done', undefined]]);
    expect(await kindsOf(cards.half)).toContainEqual(['done', 'session']);
  });

  it('does not issue an active card of that time again, though the page does not identify it', async () => {
    const { active } = cards;
    const guid = active.guid;
    active.erase();
    const host = await alice.openHost(active);
    await host.lie();
    const nameless = { ...host.startRequest, device: { ...host.startRequest.device, serial: null, guid: null } };
    let answer = await alice.operate('', nameless);
    while (answer.step) {
      const outcomes = await host.run(answer.step.jws);
      answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
    expect((await listDevices(alice)).devices.find((row) => row.guid === guid)?.state).toBe('active');
  });

  it('lets an operator activate its pending device, and its owner continue with the failed one', async () => {
    expect(await alice.relay(await alice.openHost(cards.failed))).toMatchObject({
      state: 'done',
      deviceState: 'active',
    });
    const id = (await rowOf(cards.pending))?.id ?? '';
    expect(await act(olga, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('keeps one of the operations that ran for one card, and knows each certified key', async () => {
    await portal.close();
    const store = await openPortalDatabase({ folder: database });
    try {
      const rows: OperationRow[] = await store.db
        .select()
        .from(operations)
        .where(sql`${operations.id} LIKE 'older-%'`);
      expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
      expect(await store.db.select().from(operations).where(eq(operations.status, 'running'))).toEqual([]);
      expect(
        await store.db
          .select()
          .from(certificates)
          .where(sql`${certificates.keyHash} IS NULL`),
      ).toEqual([]);
    } finally {
      await store.close();
    }
  });
});

it('answers results for a step that an older portal sent: the operation moved, and continues in a new session', async () => {
  const first = await startEmbeddedPortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
  const browser = await Browser.login(first, 'alice');
  const card = new TestCard('yubikey', '7700001', TEST_VENDOR);
  const host = await browser.openHost(card);
  const { operation, step } = await browser.relay(host, ({ phase }) => phase.name === 'keys');
  await first.close();
  const store = await openPortalDatabase(first.configuration.database);
  const [row] = await store.db.select().from(operations).where(eq(operations.id, operation));
  await store.db
    .update(operations)
    .set({ state: flatState(row?.state) })
    .where(eq(operations.id, operation));
  await store.close();
  const second = await startPortal(first.configuration);
  try {
    const later = await Browser.login(second, 'alice');
    const outcomes = await host.run(step?.jws ?? '');
    expect(await later.post(`/api/operations/${operation}/results`, { step: step?.number, outcomes })).toMatchObject({
      code: 'OPERATION_MOVED',
    });
    expect(await later.relay(await later.openHost(card))).toMatchObject({
      operation,
      state: 'done',
      deviceState: 'active',
    });
  } finally {
    await second.close();
    await first.remove();
  }
});

it('continues the running operations of a portal without passkeys, and shows its devices unchanged', async () => {
  const first = await startEmbeddedPortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
  const left = await leaveHalfIssued(first, ['7700002', '7700003'], BEFORE_PASSKEYS);
  const second = await startPortal({ ...first.configuration, database: { folder: left.folder } });
  try {
    await left.continueIssuance(await left.logInAgain(second));
  } finally {
    await second.close();
    await first.remove();
  }
});

it('ends no device that was identified by the attestation key of its batch, and takes only that claim from it', async () => {
  const first = await startEmbeddedPortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
  await setPolicy(first, await Browser.login(first, 'olga'), 'yubikey', { unprovenKeys: 'supervised' });
  const newCard = (serial: string) => new TestCard('yubikey', serial, TEST_VENDOR, 'yubikey-4.3.7');
  const [done, half] = [newCard('7700006'), newCard('7700007')];
  const numbered = new TestCard('yubikey', '7700008', TEST_VENDOR);
  const browser = await Browser.login(first, 'alice');
  const waiting = await browser.relay(await browser.openHost(done));
  expect(waiting).toMatchObject({ deviceState: 'awaiting-approval' });
  const [row] = (await listDevices(browser)).devices;
  await act(await Browser.login(first, 'olga'), row?.id ?? '', 'approve');
  expect(await browser.relay(await browser.openHost(numbered))).toMatchObject({ deviceState: 'active' });
  const host = await browser.openHost(half);
  const { operation, step } = await browser.relay(host, ({ phase }) => phase.name === 'certificates');
  const guids = [done, half, numbered].map(({ guid }) => guid);
  await first.close();
  const folder = join(first.folder, 'old-database');
  await makeOldDatabase(join(first.folder, 'database'), folder, BEFORE_PROOF_KEYS, '');

  const rowsIn = async () => {
    const store = await openPortalDatabase({ folder });
    try {
      const kept = await store.db.select().from(certificates);
      const found = await store.db.select().from(devices);
      return guids.map((guid) => {
        const device = found.find((one) => one.guid === guid);
        const proofs = kept
          .filter(({ deviceId }) => deviceId === device?.id)
          .map(({ slot, proof }) => `${slot} ${proof}`);
        return { ...device, proofs: proofs.sort() };
      });
    } finally {
      await store.close();
    }
  };
  const [wasDone, wasHalf, wasNumbered] = await rowsIn();
  const toldApart = { identity: null, proof: 'not-proved', proofs: ['9A not-proved', '9E attested'] };
  expect(wasDone).toMatchObject({ ...toldApart, state: 'active' });
  expect(wasHalf).toMatchObject({ ...toldApart, state: 'producing' });
  expect(wasNumbered).toMatchObject({ state: 'active', proof: 'attested', proofs: ['9A attested', '9E attested'] });
  expect(wasNumbered?.identity).toMatch(/:serial:7700008$/);

  const second = await startPortal({ ...first.configuration, database: { folder } });
  try {
    const [later, bob] = [await Browser.login(second, 'alice'), await Browser.login(second, 'bob')];
    const outcomes = await host.run(step?.jws ?? '');
    const results = { step: step?.number, outcomes };
    expect((await later.post(`/api/operations/${operation}/results`, results)).code).toBe('OPERATION_MOVED');
    for (const [user, card] of [
      [later, half],
      [bob, newCard('7700009')],
    ] as const)
      expect(await user.relay(await user.openHost(card))).toMatchObject({
        state: 'done',
        deviceState: 'awaiting-approval',
      });
  } finally {
    await second.close();
  }
  const [isDone, isWhole] = await rowsIn();
  expect(isDone).toEqual(wasDone);
  expect(isWhole).toMatchObject({ id: wasHalf?.id, state: 'awaiting-approval', proof: 'not-proved' });
  expect(isWhole?.identity).toMatch(/^[0-9a-f]{64}:9e:[0-9a-f]{64}$/);
  await first.remove();
});
