import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { COST, DEMO_COST, Passwords, type Cost } from '../../../../portal/src/server/accounts/password.js';
import { insertGrants } from '../../../../portal/src/server/accounts/roles.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { loginAttempts, userIdentities, users } from '../../../../portal/src/server/store/schema.js';
import { Hashing } from '../../../support/hashing.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

/** A stranger who wants to know which names have accounts, by the words of an answer and by the work that it took. */

/** The work of a new hash at this portal: nearly all of what a sign-in takes at a real one. */
const WORK: Cost = { ...COST, N: COST.N / 8 };

let server: OwnDatabase;
let store: PortalDatabase;
let portal: TestPortal;

const KINDS = {
  'nobody-here': null,
  open: {},
  disabled: { disabledAt: new Date() },
  deleted: { disabledAt: new Date(), deletedAt: new Date() },
  left: { leftAt: new Date(), leftBecause: 'disabled' as const },
  'without-password': { passwordHash: null },
  'of-a-provider': { passwordHash: null },
  'of-an-older-portal': { cost: DEMO_COST },
};
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS).filter((name): name is Kind => Object.hasOwn(KINDS, name));

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  store = await openPortalDatabase(server);
  portal = await startTestPortal({ DATABASE_URL: server.url }, { passwordCost: WORK });
  for (const [username, kind] of Object.entries(KINDS)) {
    if (kind === null) continue;
    const { cost, ...row } = { cost: WORK, ...kind };
    const passwordHash = await new Passwords(cost).hash('the right password');
    const id = randomUUID();
    await store.db.insert(users).values({ id, username, displayName: 'Someone', passwordHash, ...row });
    await insertGrants(store.db, id, [{ role: 'user', group: null }]);
    const identity = { userId: id, provider: 'work', issuer: 'https://id.example', subject: id };
    if (username === 'of-a-provider') await store.db.insert(userIdentities).values(identity);
  }
});
afterAll(async () => {
  await portal.remove();
  await store.close();
  await server.stop();
});
beforeEach(() => store.db.delete(loginAttempts));

const tryOut = (username: string) =>
  new Browser(portal).post('/api/session', { username, password: 'not the right password' });

describe('the answer to a wrong password', () => {
  const shown = async (username: string) => {
    const { status, body, headers } = await tryOut(username);
    const others = [...headers].filter(([header]) => header !== 'date' && header !== 'x-request-id');
    return JSON.stringify({ status, body, others });
  };
  let ofAnyOther: string;
  beforeAll(async () => {
    ofAnyOther = await shown('whoever');
  });

  it.each(NAMES)('has the same words and headers for the name %s as for any other', async (name) => {
    expect(await shown(name)).toBe(ofAnyOther);
  });

  // `unit/portal/password-work` shows that a check with one cost is the same work whatever hash there is.
  it('takes one check of a password at the cost of a new hash for every name, and hashes nothing else', async () => {
    const check = jest.spyOn(Passwords.prototype, 'isRight');
    const hashing = new Hashing();
    for (const name of NAMES) {
      check.mockClear();
      const hashes = await hashing.during(() => tryOut(name));
      // A hash of less work is checked first, and then the rest of the work is done.
      expect({ name, hashes, costs: check.mock.contexts.map((one) => one instanceof Passwords && one.cost) }).toEqual({
        name,
        hashes: name === 'of-an-older-portal' ? 2 : 1,
        costs: [WORK],
      });
    }
    hashing.end();
    check.mockRestore();
  });
});

describe('the right password', () => {
  const CLOSED = ['disabled', 'deleted', 'without-password', 'of-a-provider'] as const;
  it.each(CLOSED)('says no more of the account %s than a wrong one', async (username) => {
    const right = await new Browser(portal).post('/api/session', { username, password: 'the right password' });
    const wrong = await tryOut(username);
    expect([right.status, right.body]).toEqual([wrong.status, wrong.body]);
  });
});
