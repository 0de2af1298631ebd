import { afterEach, describe, expect, it } from '@jest/globals';
import { asc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { setGrants, setGroups } from '../../../../portal/src/server/accounts/roles.js';
import { devices, powerActs, users } from '../../../../portal/src/server/store/schema.js';
import { NO_VERSION } from '../../../support/engine/operator-action.js';
import { act } from '../support/operator.js';
import { newDevice } from '../support/operators-portal.js';
import { FORBIDDEN, SecondFactorPortal, stateOf } from '../support/second-factor-portal.js';
import { registerKey } from '../support/sign-in-key.js';
import type { Browser } from '../support/test-portal.js';

/** Attack: someone takes the second factor of an account with power, to become its owner by the password. */

const own = SecondFactorPortal.forTests();
const sessionList = v.object({ sessions: v.array(v.looseObject({ id: v.string() })) });

/** Who took what of an account since the last look. */
async function newActs(username: string, seen: number): Promise<(readonly [what: string, by: string | undefined])[]> {
  const rows = await own.store.db
    .select()
    .from(powerActs)
    .where(eq(powerActs.subjectId, await own.idOf(username)))
    .orderBy(asc(powerActs.id));
  const people = await own.store.db.select().from(users);
  return rows
    .slice(seen)
    .map(({ what, actorId }) => [what, people.find(({ id }) => id === actorId)?.username] as const);
}
const countActs = async (username: string): Promise<number> => (await newActs(username, 0)).length;

/** Gives someone a card that counts, or once counted. */
const newCard = (owner: string, state: 'active' | 'terminated' = 'active'): Promise<string> =>
  newDevice(own.store, state, { activatedAt: new Date(Date.now() - 1000) }, owner);

/** Gives oscar a card that is his only second factor, and signs olga in. */
async function prepare(state: 'active' | 'terminated' = 'active') {
  const card = await newCard('oscar', state);
  const { browser: olga } = await own.withKey('olga');
  return { card, olga, seen: await countActs('oscar') };
}

describe('whoever ends the last device that counts', () => {
  const TAKEN = [['second-factor.removed', 'olga']];

  it('has the account in their hands', async () => {
    const { card, olga, seen } = await prepare();
    expect(await act(olga, card, 'terminate')).toMatchObject({ body: { state: 'terminated' } });
    expect(await newActs('oscar', seen)).toEqual(TAKEN);
    expect(await stateOf(await own.signIn('oscar'))).toBe('to-register');
  });

  it('has nothing if it was refused', async () => {
    const { card, olga, seen } = await prepare();
    const stale = await olga.post(`/api/operator/devices/${card}/terminate`, { seen: NO_VERSION });
    expect(stale).toMatchObject({ code: 'DEVICE_CHANGED' });
    expect(await act(olga, card, 'decline', 'Not yours.')).toMatchObject({ code: 'DEVICE_STATE' });
    expect(await newActs('oscar', seen)).toEqual([]);
  });

  it('has it also by releasing a device that the portal has terminated by itself', async () => {
    const { card, olga, seen } = await prepare('terminated');
    expect(await act(olga, card, 'release', 'Back from leave.')).toMatchObject({ body: { state: 'available' } });
    expect(await newActs('oscar', seen)).toEqual(TAKEN);
  });

  it('has nothing of an account with another such device, or with a passkey', async () => {
    const { card, olga, seen } = await prepare();
    const other = await newCard('oscar');
    await act(olga, card, 'terminate');
    await own.store.db.update(devices).set({ state: 'available' }).where(eq(devices.id, other));
    await own.withKey('oscar');
    const third = await newCard('oscar');
    expect(await act(olga, third, 'terminate')).toMatchObject({ status: 200 });
    expect(await newActs('oscar', seen)).toEqual([]);
  });

  it('has nothing of their own account, or of a user’s', async () => {
    const { olga } = await prepare();
    const before = [await countActs('alice'), await countActs('olga')];
    for (const owner of ['alice', 'olga'])
      expect(await act(olga, await newCard(owner), 'terminate')).toMatchObject({ status: 200 });
    expect([await countActs('alice'), await countActs('olga')]).toEqual(before);
  });
});

describe('an operator of a group, in which an administrator and another operator are too,', () => {
  const group = 'Sales';
  const people = ['olga', 'oscar', 'alice'];
  const pathOf = async (username: string, what: string): Promise<string> =>
    `/api/operator/people/${await own.idOf(username)}/${what}`;

  /** Signs in bob, who is an operator of the group. Oscar is another one. */
  async function operatorOfGroup(): Promise<Browser> {
    const { db } = own.store;
    for (const username of people) await setGroups(db, await own.idOf(username), [group]);
    for (const username of ['bob', 'oscar'])
      await setGrants(db, await own.idOf(username), [{ role: 'operator', group }]);
    return (await own.withKey('bob')).browser;
  }
  afterEach(async () => {
    for (const username of people) await setGroups(own.store.db, await own.idOf(username), []);
  });

  it('ends the sessions of the operator, and none of the administrator', async () => {
    const bob = await operatorOfGroup();
    const [olga, oscar] = [await own.signIn('olga'), await own.signIn('oscar')];
    const { sessions } = v.parse(sessionList, (await bob.get(await pathOf('olga', 'sessions'))).body);
    for (const what of ['sessions/end', `sessions/${sessions[0]?.id ?? ''}/end`])
      expect(await bob.post(await pathOf('olga', what), {})).toMatchObject(FORBIDDEN);
    expect((await olga.get('/api/session')).body).toMatchObject({ user: { username: 'olga' } });
    expect(await bob.post(await pathOf('oscar', 'sessions/end'), {})).toMatchObject({ status: 200 });
    expect((await oscar.get('/api/session')).body).toMatchObject({ user: null });
  });

  it('takes no last passkey of the other operator, and no passkey of the administrator', async () => {
    const bob = await operatorOfGroup();
    const remove = async (username: string): Promise<unknown> => {
      const [key] = await own.keysOf(username);
      return bob.post(await pathOf(username, `passkeys/${key?.id ?? ''}/remove`), {});
    };
    for (const username of ['olga', 'oscar', 'alice']) await registerKey((await own.withKey(username)).browser);
    expect(await remove('olga')).toMatchObject(FORBIDDEN);
    for (const username of ['oscar', 'alice']) expect(await remove(username)).toMatchObject({ status: 200 });
    expect(await remove('oscar')).toMatchObject(FORBIDDEN);
    expect(await remove('alice')).toMatchObject({ status: 200 });
    expect([(await own.keysOf('oscar')).length, (await own.keysOf('alice')).length]).toEqual([1, 0]);
  });
});
