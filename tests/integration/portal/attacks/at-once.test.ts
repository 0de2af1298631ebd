// Alone proves: what one user does in several tabs and processes at the same moment never counts twice, by PostgreSQL itself.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { operationAnswer, type OperationAnswer } from '@cardwright/protocol/cms';
import { and, eq } from 'drizzle-orm';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { devices, operations } from '../../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import type { PlayedHost } from '../../../support/host-and-card/played-host.js';
import {
  ACCOUNTS,
  Browser,
  startEmbeddedPortal,
  startTestPortal,
  TEST_VENDOR,
  type Answer,
  type TestPortal,
} from '../support/test-portal.js';
import { relayForged } from '../../../support/forging.js';
import { listAll, setPolicy } from '../support/operator.js';
import { everyOrSome } from '../../../support/thorough.js';
import { transactionsWait } from '../support/waiting-transactions.js';

/** One user in many tabs at the same moment, at two portal processes if the database allows it. */

const ORIGIN = 'https://cms.example.com';
const TABS = globalThis.runsEverything ? 8 : 4;
/** Number of rounds. Each begins at another of four stages, and sends its requests in another of five orders. */
const ROUNDS = globalThis.runsEverything ? 20 : 5;
let serial = 37_000_000;

/** Portals on one database, and a login of alice's at each. */
interface Setting {
  readonly portals: TestPortal[];
  readonly browsers: Browser[];
  close(): Promise<void>;
}

async function openOnPostgres(): Promise<Setting & { server: OwnDatabase }> {
  const server = await openDatabase({ accounts: ACCOUNTS });
  const environment = { DATABASE_URL: server.url, CARDWRIGHT_ORIGIN: ORIGIN, CARDWRIGHT_DEVICE_LIMIT: '1000' };
  const first = await startTestPortal(environment);
  const keys = await readFile(join(first.folder, 'keys.json'), 'utf8');
  const second = await startTestPortal({ ...environment, CARDWRIGHT_KEYS: keys });
  const portals = [first, second];
  const close = async () => {
    for (const portal of portals) await portal.remove();
    await server.stop();
  };
  return { server, portals, browsers: await logIn(portals), close };
}

async function openOnPglite(): Promise<Setting> {
  const portal = await startEmbeddedPortal({ CARDWRIGHT_DEVICE_LIMIT: '1000' });
  return { portals: [portal], browsers: await logIn([portal]), close: () => portal.remove() };
}

async function logIn(portals: TestPortal[]): Promise<Browser[]> {
  const [portal] = portals;
  if (!portal) throw new Error('there is a portal');
  const olga = await Browser.login(portal, 'olga');
  for (const model of ['yubikey', 'piv'] as const) await setPolicy(portal, olga, model);
  return Promise.all(portals.map((one) => Browser.login(one, 'alice')));
}

const newCard = (): TestCard => new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
const answerOf = ({ body }: Answer): OperationAnswer => validate(operationAnswer, body);

const ENGINES = [
  ['PostgreSQL and two processes', openOnPostgres],
  ['PGlite', openOnPglite],
] as const;
// PGlite has one connection, so that there are fewer orders.
describe.each(everyOrSome(ENGINES, ([, open]) => open === openOnPostgres))(
  'many tabs at once on %s',
  (_engine, open) => {
    let setting: Setting;
    beforeAll(async () => {
      setting = await open();
    });
    afterAll(() => setting.close());

    const browserOf = (tab: number): Browser => {
      const browser = setting.browsers[tab % setting.browsers.length];
      if (!browser) throw new Error('there is a browser');
      return browser;
    };
    const openTabs = (cards: readonly TestCard[]): Promise<PlayedHost[]> =>
      Promise.all(cards.map((card, tab) => browserOf(tab).openHost(card)));
    const send = async (tab: number, host: PlayedHost, { operation, step }: OperationAnswer): Promise<Answer> => {
      const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
      return browserOf(tab).post(`/api/operations/${operation}/results`, body);
    };

    it.each(['a blank card', 'a half-issued card'])(
      'start one operation on %s: the last continues it',
      async (what) => {
        const card = newCard();
        if (what === 'a half-issued card') {
          const broken = await browserOf(0).openHost(card);
          broken.pull = { method: 'credentials.apply', when: 'after' };
          await browserOf(0).relay(broken);
        }
        const hosts = await openTabs(Array.from({ length: TABS }, () => card));
        const starts = await Promise.all(
          hosts.map((host, tab) => browserOf(tab).post('/api/operations', host.startRequest)),
        );
        expect(starts.map(({ status }) => status)).toEqual(Array.from({ length: TABS }, () => 200));
        // Sequential, since the card answers only one witness at a time.
        const codes: (string | undefined)[] = [];
        for (const [tab, host] of hosts.entries()) {
          const start = starts[tab];
          if (!start) throw new Error('each tab has an answer');
          const { status, code } = await send(tab, host, answerOf(start));
          codes.push(code ?? String(status));
        }
        expect(codes.sort()).toEqual(['200', ...Array.from({ length: TABS - 1 }, () => 'OPERATION_MOVED')]);
        expect(new Set(starts.map((start) => answerOf(start).operation)).size).toBe(1);
        expect(await browserOf(1).relay(await browserOf(1).openHost(card))).toMatchObject({ deviceState: 'active' });
      },
    );

    it('issue a card each', async () => {
      const hosts = await openTabs(Array.from({ length: TABS }, newCard));
      const answers = await Promise.all(hosts.map((host, tab) => browserOf(tab).relay(host)));
      expect(answers.map(({ deviceState }) => deviceState)).toEqual(Array.from({ length: TABS }, () => 'active'));
    });

    it('start, continue and cancel in any order: each gets an answer or the reason why not, and the card is issued in the end', async () => {
      const seen = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const card = newCard();
        const [one, two, three] = await openTabs([card, card, card]);
        if (!one || !two || !three) throw new Error('there are three tabs');
        // Up to a different stage in each round.
        let answer = await browserOf(0).operate('', one.startRequest);
        for (let step = 0; step < round % 4 && answer.step; step += 1) answer = answerOf(await send(0, one, answer));
        const body = { step: answer.step?.number, outcomes: await one.run(answer.step?.jws ?? '') };
        const path = `/api/operations/${answer.operation}`;
        const requests = [
          () => browserOf(0).post(`${path}/results`, body),
          () => browserOf(1).post('/api/operations', two.startRequest),
          () => browserOf(0).post(`${path}/cancel`, { session: one.session }),
          () => browserOf(1).post('/api/operations', three.startRequest),
          () => browserOf(1).post(`${path}/results`, body),
        ];
        const first = round % requests.length;
        const turned = [...requests.slice(first), ...requests.slice(0, first)];
        const answers = await Promise.all(turned.map((request) => request()));
        for (const each of answers) seen.add(each.code ?? String(each.status));
        const last = await browserOf(0).relay(await browserOf(0).openHost(card));
        expect(last).toMatchObject({ state: 'done', deviceState: 'active' });
      }
      for (const outcome of seen)
        expect(['200', 'OPERATION_MOVED', 'OPERATION_NOT_FOUND', 'DEVICE_NOT_ELIGIBLE']).toContain(outcome);
    });
  },
);

describe('on PostgreSQL', () => {
  let setting: Awaited<ReturnType<typeof openOnPostgres>>;
  let store: PortalDatabase;
  beforeAll(async () => {
    setting = await openOnPostgres();
    store = await openPortalDatabase({ url: setting.server.url });
  });
  afterAll(async () => {
    await store.close();
    await setting.close();
  });

  it('leaves one operation running after a few concurrent starts', async () => {
    const [here, there] = setting.browsers;
    if (!here || !there) throw new Error('there are two portals');
    const card = newCard();
    const hosts = await Promise.all(Array.from({ length: TABS }, () => here.openHost(card)));
    await Promise.all(hosts.map((host, tab) => (tab % 2 ? there : here).post('/api/operations', host.startRequest)));
    const running = await store.db
      .select({ session: operations.session })
      .from(operations)
      .where(and(eq(operations.status, 'running'), eq(operations.cardHint, `serial:yubikey ${card.serial}`)));
    expect(running).toHaveLength(1);
    expect(hosts.map(({ session }) => session)).toContain(running[0]?.session);
  });

  it('keeps a device suspended while its erased card comes back unnamed', async () => {
    const [alice] = setting.browsers;
    const [portal] = setting.portals;
    if (!alice || !portal) throw new Error('there is a portal');
    const olga = await Browser.login(portal, 'olga');
    const card = newCard();
    await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'pin');
    const row = (await listAll(olga)).find((device) => device.serial === card.serial);
    card.erase();
    const host = await alice.openHost(card);
    const until = ({ step }: OperationAnswer) => step?.number === 2;
    const answer = await relayForged(alice, host, { claim: { serial: null, guid: null }, until });
    const body = { step: answer.step?.number, outcomes: await host.run(answer.step?.jws ?? '') };
    const { result } = await store.db.transaction(async (db) => {
      await db
        .update(devices)
        .set({ state: 'suspended', stateBeforeSuspension: 'pending' })
        .where(eq(devices.id, row?.id ?? ''));
      const sent = alice.post(`/api/operations/${answer.operation}/results`, body);
      await transactionsWait(store);
      return { result: sent };
    });
    expect(answerOf(await result)).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
    expect((await listAll(olga)).find(({ id }) => id === row?.id)?.state).toBe('suspended');
  });
});
