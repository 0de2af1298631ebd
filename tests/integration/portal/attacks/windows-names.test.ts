import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { addAccount, deleteAccount, findIdOf } from '../../../../portal/src/server/accounts/local-accounts.js';
import { THE_SERVER } from '../../../../portal/src/server/accounts/power-acts.js';
import { fillWindowsKeys } from '../../../../portal/src/server/accounts/windows-names.js';
import { accountOf } from '../../../../portal/src/server/login/identities.js';
import type { ProvenPerson } from '../../../../portal/src/server/login/proven-person.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { users } from '../../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import { everyOrSome } from '../../../support/thorough.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Accounts have the UPN or SID of another account\. /);

/** One UPN or SID for two people, at each door and on both databases. */

const SID = 'S-1-5-21-1-2-3-1104';

let server: OwnDatabase;
let postgres: PortalDatabase;
let embedded: PortalDatabase | undefined;
beforeAll(async () => {
  server = await openDatabase();
  postgres = await openPortalDatabase(server);
  if (globalThis.runsEverything) embedded = await openPortalDatabase({ folder: 'memory://' });
});
afterAll(async () => {
  await embedded?.close();
  await postgres.close();
  await server.stop();
});

let count = 0;
/** Returns a name that no other test has. */
const fresh = (): string => `p${(count += 1)}`;

const person = (about: Partial<ProvenPerson>): ProvenPerson => {
  const username = fresh();
  const given = { issuer: 'https://work.example', subject: randomUUID(), username, displayName: 'Someone' };
  return { ...given, email: null, upn: null, sid: null, groups: [], ...about };
};
const STANDING = { grants: [{ role: 'user', group: null }], groups: [] } as const;

const ENGINES = [
  ['PostgreSQL', () => postgres],
  ['the embedded database', () => embedded ?? postgres],
] as const;

describe.each(everyOrSome(ENGINES, ([engine]) => engine === 'PostgreSQL'))('on %s', (_, database) => {
  const add = (names: { readonly upn?: string; readonly sid?: string }, username = fresh()) =>
    addAccount(database().db, { username, displayName: 'Someone', role: 'user', ...names }, null, THE_SERVER);
  const signIn = (about: Partial<ProvenPerson>) => accountOf(database().db, person(about), STANDING);
  const rowOf = async (username: string) =>
    (await database().db.select().from(users).where(eq(users.username, username)))[0];

  it.each([
    ['the same UPN', { upn: 'alice@corp.example' }],
    ['the UPN in other letters', { upn: 'ALICE@Corp.Example' }],
    ['the UPN in full-width letters', { upn: '\uFF41lice@corp.example' }],
    ['the same SID', { sid: SID }],
  ])('nobody else gets %s, by a local account, or by a provider', async (_what, names) => {
    await add({ upn: 'alice@corp.example', sid: SID }, 'alice');
    expect(await add(names)).toMatchObject({ refusal: 'windows-name-taken', link: null });
    expect(await signIn(names)).toBe('taken');
  });

  it('one of twelve gets a UPN whom two providers sign in at once, and only that one comes again', async () => {
    const upn = `${fresh()}@corp.example`;
    const people = Array.from({ length: 12 }, (_one, index) =>
      person({ upn, issuer: `https://${index % 2 === 0 ? 'work' : 'club'}.example` }),
    );
    const enter = () => Promise.all(people.map((one) => accountOf(database().db, one, STANDING)));
    const entered = await enter();
    expect(entered.filter((account) => account !== 'taken')).toHaveLength(1);
    const again = await enter();
    expect(again.map((account) => account === 'taken')).toEqual(entered.map((account) => account === 'taken'));
  });

  it('one of two gets a UPN to which both are renamed at once', async () => {
    const [one, other] = [person({}), person({ issuer: 'https://club.example' })];
    for (const each of [one, other]) await accountOf(database().db, each, STANDING);
    const upn = `${fresh()}@corp.example`;
    const both = await Promise.all([one, other].map((each) => accountOf(database().db, { ...each, upn }, STANDING)));
    expect(both.filter((account) => account === 'taken')).toHaveLength(1);
  });

  it('a name is free again once its account is deleted', async () => {
    const [username, upn] = [fresh(), `${fresh()}@corp.example`];
    await add({ upn }, username);
    await deleteAccount(database().db, (await findIdOf(database().db, username)) ?? '', THE_SERVER);
    expect(await add({ upn })).toMatchObject({ refusal: null });
  });

  it('two people who had one UPN before keep it, and the one of a provider alone counts', async () => {
    const upn = `${fresh()}@corp.example`;
    const [local, bound] = [fresh(), person({})];
    await add({}, local);
    await accountOf(database().db, bound, STANDING);
    // As an older portal has left them.
    for (const username of [local, bound.username])
      await database().db.update(users).set({ upn, upnKey: null }).where(eq(users.username, username));
    await fillWindowsKeys(database().db);
    expect([await rowOf(local), await rowOf(bound.username)]).toMatchObject([
      { upn, upnKey: null },
      { upn, upnKey: upn },
    ]);
    expect(await accountOf(database().db, { ...bound, upn }, STANDING)).toMatchObject({ username: bound.username });
    expect(await add({ upn })).toMatchObject({ refusal: 'windows-name-taken' });
    // Once the other one has it no longer, the next start gives it to the account that is left.
    await accountOf(database().db, bound, STANDING);
    await fillWindowsKeys(database().db);
    expect(await rowOf(local)).toMatchObject({ upnKey: upn });
  });
});
