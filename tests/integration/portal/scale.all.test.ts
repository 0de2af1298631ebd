import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newKeyRing } from '@cardwright/cms/keys';
import { CardwrightError, validate } from '@cardwright/protocol';
import { eligibilityAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import pg from 'pg';
import * as v from 'valibot';
import { listRevocations } from '../../../portal/src/server/ca/revocations.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import { fillSql } from '../../support/many-devices.js';
import { requestOf } from '../../support/engine/operator-action.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { StatementLog, type Statement } from '../../support/statement-log.js';
import { act, setPolicy } from './support/operator.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import {
  ACCOUNTS,
  Browser,
  listDevices,
  startTestPortal,
  TEST_VENDOR,
  type TestPortal,
} from './support/test-portal.js';

/** The portal's statements on PostgreSQL with 100,000 devices: their plans and their number. Times are not checked here. */

const DEVICES = 100_000;
/** Tables that grow with the portal. */
const GROWING =
  /^(users|sessions|login_attempts|devices|operations|operation_events|escrows|certificates|passkeys|audit|quotas|support_files)$/;
/** Pages of 8 KB of one statement. A page of fifty devices takes about 500, and any of those tables has thousands. */
const MOST_PAGES = 1000;

let server: OwnDatabase;
let portal: TestPortal;
let log: StatementLog;
let alice: Browser;
let olga: Browser;
let serial = 71_000_000;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEVICE_LIMIT: '1000' }, { everyKey: true });
  await connected((client) => client.query(fillSql(DEVICES)));
  // A person who has had many devices: ended ones must not be read.
  await ask(`
    UPDATE devices SET owner_id = (SELECT id FROM users WHERE username = 'alice')
    WHERE id IN (SELECT id FROM devices WHERE state = 'terminated' LIMIT 2000)`);
  log = new StatementLog(server.url);
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
  for (const model of ['yubikey', 'piv'] as const) await setPolicy(portal, olga, model, { unprovenKeys: 'allow' });
});
afterAll(async () => {
  log.stop();
  await portal.remove();
  await server.stop();
});

/** Connects to the database itself during some work. */
async function connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Returns the first row that the database itself answers. */
const ask = <Row extends object>(text: string): Promise<Row | undefined> =>
  connected(async (client) => (await client.query<Row>(text)).rows[0]);

const newCard = (): TestCard => new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
const newPlainCard = (): TestCard => new TestCard('piv', null, null);

/** Finds statements that read a growing table from end to end, or more of one than a page of a list needs. */
async function findSlow(statements: readonly Statement[]): Promise<string[]> {
  const plans = await log.plansOf(statements);
  return plans
    .filter(({ scans, pages }) => scans.some((table) => GROWING.test(table)) || pages > MOST_PAGES)
    .map(({ text, scans, indexes, pages }) => `${scans.join()} ${indexes.join()} ${pages} pages: ${text}`);
}

/** Returns the answer to a request, and the statements that it sends. */
async function watch(request: () => Promise<{ status: number; body: unknown }>) {
  let answer: { status: number; body: unknown } | undefined;
  const statements = await log.during(async () => {
    answer = await request();
  });
  expect(answer?.status).toBe(200);
  return { body: answer?.body, statements };
}

const page = v.object({
  devices: v.array(v.object({ id: v.string(), state: v.string(), owner: v.object({ displayName: v.string() }) })),
  next: v.nullable(v.string()),
});
const LIST = '/api/operator/devices';

describe('the operator’s list of 100,000 devices', () => {
  it.each([
    ['all', ''],
    ['those that wait', 'waiting=yes'],
    ['those that do not wait', 'waiting=no'],
    ['those of a frequent state', 'state=active'],
    ['those of a rare state', 'state=suspended&waiting=no'],
    ['those of a model', 'model=piv'],
    ['those of a model and a state', 'model=piv&state=failed'],
    ['those of one owner', 'owner=person+4711'],
    ['those of a last name', 'owner=manyson-4711'],
    ['those of a user name', 'owner=person.4711'],
    ['those of nearly everyone', 'owner=p'],
    ['those of nobody', 'owner=nobody'],
    ['one serial number', 'serial=10004711'],
    ['serial numbers with a frequent beginning', 'serial=100'],
    ['serial numbers of none but old devices', 'serial=1000'],
    ['serial numbers that nobody has', 'serial=999'],
  ])('finds %s by an index, in four statements or five', async (_which, query) => {
    const { body, statements } = await watch(() => olga.get(`${LIST}?${query}`));
    expect(await findSlow(statements)).toEqual([]);
    const { next, devices } = validate(page, body);
    expect(devices.length).toBeLessThanOrEqual(50);
    if (!/nobody|999/.test(query)) expect(devices).not.toHaveLength(0);
    const owners = query.startsWith('owner') ? 1 : 0;
    expect(statements.length).toBe((devices.length === 0 ? 3 : 4) + owners);
    expect(next === null).toBe(devices.length < 50);
  });

  it('reads a page in the middle as cheaply as the first', async () => {
    const middle = await ask<{ id: string }>('SELECT id FROM devices ORDER BY created_at OFFSET 50000 LIMIT 1');
    const { body, statements } = await watch(() => olga.get(`${LIST}?waiting=no&after=${middle?.id ?? ''}`));
    expect(await findSlow(statements)).toEqual([]);
    expect(validate(page, body).devices).toHaveLength(50);
  });
});

describe('a portal with 100,000 devices', () => {
  it('reads the audit log by its key', async () => {
    const { statements } = await watch(() => olga.get('/api/operator/audit?before=50000'));
    expect(await findSlow(statements)).toEqual([]);
    expect(statements).toHaveLength(2);
  });

  it('reads the page of a device, and of an operation, by indexes', async () => {
    const known = await ask<{ id: string }>(`SELECT id FROM devices WHERE serial = '10004711'`);
    const { body, statements } = await watch(() => olga.get(`/api/operator/devices/${known?.id ?? ''}`));
    // Its files are few: a table without rows is read whole.
    expect((await findSlow(statements)).filter((slow) => !slow.startsWith('support_files'))).toEqual([]);
    expect(body).toMatchObject({ operations: [{ id: 'operation-4711', items: { length: 3 } }] });
    expect(statements.length).toBeLessThanOrEqual(10);
    const operation = await watch(() => olga.get('/api/operator/operations/operation-4711'));
    expect(await findSlow(operation.statements)).toEqual([]);
  });

  it('scans nothing for a login, and deletes at most a hundred expired counts', async () => {
    const expired = () =>
      ask<{ tries: string }>('SELECT count(*) AS tries FROM login_attempts WHERE window_ends_at <= now()');
    const before = await expired();
    const logIn = (password: string) => new Browser(portal).post('/api/session', { username: 'bob', password });
    const { statements } = await watch(() => logIn('bob-password'));
    const after = await expired();
    expect(Number(before?.tries) - Number(after?.tries)).toBe(100);
    expect(await findSlow(statements)).toEqual([]);
    expect(statements).toHaveLength(13);
    expect(await findSlow(await log.during(() => logIn('wrong')))).toEqual([]);
  });

  it('does not count wrong passwords of an earlier minute, though nobody deleted their count yet', async () => {
    await ask(`INSERT INTO login_attempts VALUES ('127.0.0.1 carol', 5, now() - interval '1 millisecond')`);
    const { code } = await new Browser(portal).post('/api/session', { username: 'carol', password: 'wrong' });
    expect(code).toBe('LOGIN_REQUIRED');
    const count = await ask<{ attempts: number }>(`SELECT attempts FROM login_attempts WHERE key = '127.0.0.1 carol'`);
    expect(count).toEqual({ attempts: 1 });
  });

  it.each([0, 1, 5])('reads a user’s devices in the same statements with %d more half-issued', async (more) => {
    for (let index = 0; index < more; index += 1) {
      const pending = await alice.openHost(newPlainCard());
      pending.user = () => {
        throw new CardwrightError('USER_CANCELLED');
      };
      await alice.relay(pending);
      const failed = await alice.openHost(newCard());
      const answer = await alice.relay(failed, ({ phase }) => phase.name === 'certificates');
      await alice.operate(`/${answer.operation}/cancel`, {});
    }
    const { body, statements } = await watch(() => alice.get('/api/devices'));
    expect(await findSlow(statements)).toEqual([]);
    const { devices } = validate(v.object({ devices: v.array(v.unknown()) }), body);
    // Session, devices, certificates, passkeys, waiting work, terminated devices; and the owner's actions on the pending and the failed ones.
    expect(statements.length).toBe(devices.length === 0 ? 3 : 8);
  });

  it('judges eight cards with as many statements as two', async () => {
    const cards: DeviceInfo[] = [];
    for (let place = 0; place < 8; place += 1)
      cards.push(await (place % 2 ? newCard() : newPlainCard()).describe(`card ${place}`));
    const judge = (devices: DeviceInfo[]) =>
      watch(() => alice.post('/api/devices/eligibility', { kind: 'issue', devices }));
    const two = await judge(cards.slice(0, 2));
    const { body, statements } = await judge(cards);
    expect(validate(eligibilityAnswer, body).devices.map(({ action }) => action)).toEqual(cards.map(() => 'start'));
    expect(await findSlow([...two.statements, ...statements])).toEqual([]);
    expect(statements.length).toBe(two.statements.length);
    expect(statements.length).toBeLessThanOrEqual(7);
  });

  it('judges a completely known card with at most nine statements', async () => {
    const known = [newPlainCard(), newCard()];
    for (const card of known) await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'pin');
    const [, released] = known;
    const row = (await listDevices(olga, `${LIST}?serial=${released?.serial ?? ''}`)).devices[0];
    await act(olga, row?.id ?? '', 'terminate');
    await act(olga, row?.id ?? '', 'release', 'for a test');
    const devices = await Promise.all(known.map((card, place) => card.describe(`card ${place}`)));
    const { statements } = await watch(() => alice.post('/api/devices/eligibility', { kind: 'issue', devices }));
    expect(await findSlow(statements)).toEqual([]);
    expect(statements.length).toBeLessThanOrEqual(9);
  });

  it("scans nothing for an issuance, its resumption, an erasure and an operator's actions", async () => {
    const statements = await log.during(async () => {
      const card = newCard();
      const broken = await alice.openHost(card);
      broken.pull = { method: 'credentials.apply', when: 'after' };
      await alice.relay(broken);
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
      for (const [action, reason] of [
        ['suspend', undefined],
        ['resume', undefined],
        ['terminate', undefined],
        ['release', 'for a test'],
      ] as const) {
        const [row] = (await listDevices(olga, `${LIST}?serial=${card.serial ?? ''}`)).devices;
        const request = requestOf(row?.version ?? '', reason);
        expect((await olga.post(`${LIST}/${row?.id ?? ''}/${action}`, request)).status).toBe(200);
      }
      // Without an owner, and used: it is erased first.
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
      expect(await alice.relay(await alice.openHost(newPlainCard()))).toMatchObject({ deviceState: 'active' });
    });
    expect(statements.length).toBeGreaterThan(100);
    expect(await findSlow(statements)).toEqual([]);
  });

  it('finds a passkey, lists those of a person, and reads due ones by indexes', async () => {
    const [store, keys] = [await openPortalDatabase({ url: server.url }), await newKeyRing()];
    const known = await ask<{ credential: string; owner: string }>(
      `SELECT credential_id AS credential, owner_id AS owner FROM passkeys JOIN devices ON devices.id = device_id LIMIT 1`,
    );
    const statements = await log.during(() =>
      drizzleStore(store, keys).transaction(async (transaction) => {
        expect(await transaction.findPasskey('login', known?.credential ?? '')).toBeDefined();
        expect(await transaction.listPasskeys(known?.owner ?? '', 'login')).not.toEqual([]);
        const due = await transaction.duePasskeyRemovals(['login'], 50);
        expect(due).toHaveLength(50);
      }),
    );
    await store.close();
    expect(statements).toHaveLength(3);
    expect(await findSlow(statements)).toEqual([]);
  });

  it('reads each page of the CRL by the index of revoked certificates', async () => {
    const store = await openPortalDatabase({ url: server.url });
    const statements = await log.during(async () => {
      const pages = listRevocations(store.db);
      await pages.next();
      expect((await pages.next()).value).toHaveLength(1000);
      await pages.return();
    });
    await store.close();
    const plans = await log.plansOf(statements);
    expect(plans.map(({ scans, indexes }) => [scans, indexes])).toEqual(
      plans.map(() => [[], ['certificates_revoked']]),
    );
    expect(plans).toHaveLength(2);
  });

  it('starts without a scan', async () => {
    const statements = await log.during(async () => {
      const keys = join(portal.folder, 'keys.json');
      const second = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_KEYS: keys }, { everyKey: true });
      await second.remove();
    });
    expect(await findSlow(statements.filter(({ text }) => /^(select|insert|update|delete)/i.test(text)))).toEqual([]);
  });
});
