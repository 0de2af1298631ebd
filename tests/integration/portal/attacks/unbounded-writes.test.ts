import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { and, eq, sql } from 'drizzle-orm';
import { COUNTED } from '../../../../portal/src/server/routes/table/bound.js';
import { isOpen, type Route } from '../../../../portal/src/server/routes/table/route.js';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit } from '../../../../portal/src/server/store/schema.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

/** People who send again and again what writes rows: rightly, with their own sessions. */

let portal: TestPortal;
let database: PortalDatabase;
const people: Browser[] = [];
beforeAll(async () => {
  portal = await startTestPortal({
    CARDWRIGHT_SIGN_INS_PER_HOUR: '5',
    CARDWRIGHT_CHANGES_PER_HOUR: '1',
    CARDWRIGHT_STEPS_PER_HOUR: '1',
  });
  database = await openPortalDatabase(portal.configuration.database);
  people.push(await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga'));
});
afterAll(async () => {
  await database.close();
  await portal.remove();
});

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);
const ID = '00000000-0000-4000-8000-000000000000';

/** The routes of which `serve()` counts each request. */
const counted = ROWS.filter(([, { bound, who }]) => !isOpen(who) && COUNTED.some((what) => what === bound));

/** Sends a request without a body, which no handler gets to see. */
function send(user: Browser, address: string) {
  const [method = '', path = ''] = address
    .replace('{action}', 'suspend')
    .replaceAll(/\{\w+\}/g, ID)
    .split(' ');
  return user.send(method, path, method === 'GET' ? undefined : {});
}

it.each(counted)('counts each request to %s, and refuses the second', async (address) => {
  await database.db.execute(sql`delete from quotas`);
  const first = await Promise.all(people.map((user) => send(user, address)));
  const caller = people[first.findIndex(({ code }) => code !== 'FORBIDDEN')];
  expect(first.map(({ status }) => status)).not.toContain(429);
  const second = caller && (await send(caller, address));
  expect(second).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect(Number(second?.headers.get('retry-after'))).toBeGreaterThan(3000);
});

it('counts them at most of the routes that write', () => {
  expect(counted.length).toBeGreaterThan(30);
});

const signIn = (username: string) =>
  new Browser(portal).post('/api/session', { username, password: `${username}-password` });

describe('right sign-ins', () => {
  it('write no more rows once they are used up, and other people sign in', async () => {
    await database.db.execute(sql`delete from quotas`);
    const answers = [];
    for (let time = 0; time < 12; time += 1) answers.push(await signIn('bob'));
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 12 }, (_, time) => (time < 5 ? 200 : 429)),
    );
    expect(answers.at(-1)).toMatchObject({ code: 'RATE_LIMITED' });
    const rows = await database.db
      .select()
      .from(audit)
      .where(and(eq(audit.actor, 'bob'), eq(audit.event, 'login')));
    expect(rows).toHaveLength(5);
    expect(await signIn('oscar')).toMatchObject({ status: 200 });
  });
});
