import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { and, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { resetPassword } from '../../../../portal/src/server/accounts/local-accounts.js';
import { account } from '../../../../portal/src/server/commands/account/account.js';
import { audit, users } from '../../../../portal/src/server/store/schema.js';
import { issueKeyTo } from '../support/issued-key.js';
import {
  FORBIDDEN,
  FRESH_WANTED,
  NOBODY,
  passkeysOf,
  REFUSED,
  SecondFactorPortal,
  stateOf,
} from '../support/second-factor-portal.js';
import { giveFactor, registerKey } from '../support/sign-in-key.js';
import { Browser, startTestPortal } from '../support/test-portal.js';

/** Passkeys for signing in, lost ones, and who needs one. */

const own = SecondFactorPortal.forTests();

describe('a passkey for signing in', () => {
  it('signs in alone, with both factors', async () => {
    const { key } = await own.withKey();
    const browser = new Browser(own.portal);
    const { body } = await browser.post('/api/session/passkey/options', {});
    const { challenge } = v.parse(v.object({ options: v.looseObject({ challenge: v.string() }) }), body).options;
    const credential = key.authenticator.assert(key.passkey, challenge, own.portal.origin);
    expect(await browser.post('/api/session/passkey', { credential })).toMatchObject({
      status: 200,
      body: { user: { username: 'olga' }, secondFactor: 'given' },
    });
    expect((await browser.get('/api/operator/devices')).status).toBe(200);
  });

  it('is renamed and removed by its owner alone', async () => {
    const { browser: olga } = await own.withKey();
    await registerKey(olga);
    const [first] = await passkeysOf(olga);
    const { browser: oscar } = await own.withKey('oscar');
    const id = first?.id ?? '';
    await oscar.send('PUT', `/api/account/passkeys/${id}/name`, { name: 'Mine' });
    await oscar.post(`/api/account/passkeys/${id}/remove`, {});
    expect((await passkeysOf(olga)).map(({ name }) => name)).toEqual(['Test key', 'Test key']);
    await olga.send('PUT', `/api/account/passkeys/${id}/name`, { name: '  Blue key ' });
    expect((await passkeysOf(olga)).map(({ name }) => name)).toEqual(['Blue key', 'Test key']);
    expect(await olga.post(`/api/account/passkeys/${id}/remove`, {})).toMatchObject({ body: { refusal: null } });
    expect(await passkeysOf(olga)).toHaveLength(1);
  });

  it.each(['', ' ', 'a\nb', 'x'.repeat(65)])('has no name like %j', async (name) => {
    const { browser: olga } = await own.withKey();
    const [mine] = await passkeysOf(olga);
    const answer = await olga.send('PUT', `/api/account/passkeys/${mine?.id ?? ''}/name`, { name });
    expect(answer.code).toBe('INVALID_PARAMS');
  });

  it('is not removed if it is the last one of a person who needs it', async () => {
    const { browser: olga } = await own.withKey();
    const [mine] = await passkeysOf(olga);
    const path = `/api/account/passkeys/${mine?.id ?? ''}/remove`;
    expect(await olga.post(path, {})).toMatchObject({ body: { refusal: 'last' } });
    expect(await passkeysOf(olga)).toHaveLength(1);
    const { browser: alice } = await own.withKey('alice');
    const [hers] = await passkeysOf(alice);
    expect(await alice.post(`/api/account/passkeys/${hers?.id ?? ''}/remove`, {})).toMatchObject({
      body: { refusal: null, passkeys: [] },
    });
  });

  it('is not removed without a passkey in this session, or long after it', async () => {
    const { browser: alice } = await own.withKey('alice');
    const [mine] = await passkeysOf(alice);
    const path = `/api/account/passkeys/${mine?.id ?? ''}/remove`;
    // A user needs no second factor, and has all rights without it.
    const byPassword = await own.signIn('alice');
    expect(await byPassword.post(path, {})).toMatchObject(FRESH_WANTED);
    await own.age(11);
    expect(await alice.post(path, {})).toMatchObject(FRESH_WANTED);
    expect(await own.keysOf('alice')).toHaveLength(1);
  });
});

describe('a lost passkey', () => {
  /** The address at which the one passkey of a person is removed for the person. */
  const pathOf = async (username: string): Promise<string> => {
    const [key] = await own.keysOf(username);
    return `/api/operator/people/${await own.idOf(username)}/passkeys/${key?.id ?? ''}/remove`;
  };

  it('is removed by an operator, which ends the sessions of its owner, who registers another one', async () => {
    await own.give('oscar', 'operator');
    const { browser: alice } = await own.withKey('alice');
    const { browser: oscar } = await own.withKey('oscar');
    const path = await pathOf('alice');
    expect(await oscar.post(path, {})).toMatchObject({ status: 200, body: { passkeys: [] } });
    expect((await alice.get('/api/session')).body).toMatchObject({ user: null });
    const log = await own.log(2);
    expect(log).toMatchObject([
      { actor: 'oscar', event: 'session.ended', detail: { reason: 'passkeys-removed' } },
      { actor: 'oscar', event: 'sign-in-passkey.removed', detail: { name: 'Test key' } },
    ]);
    await expect(registerKey(await own.signIn('alice'))).resolves.toBeDefined();
  });

  it('of an administrator is removed by administrators alone', async () => {
    const { browser: olga } = await own.withKey('olga');
    await own.give('oscar', 'operator');
    const { browser: oscar } = await own.withKey('oscar');
    expect(await oscar.post(await pathOf('olga'), {})).toMatchObject(FORBIDDEN);
    expect((await olga.get('/api/operator/devices')).status).toBe(200);
    expect(await olga.post(await pathOf('oscar'), {})).toMatchObject({ status: 200 });
  });

  it('of one’s own is no lost one of a person, so that the last one stays', async () => {
    const { browser: olga } = await own.withKey('olga');
    expect(await olga.post(await pathOf('olga'), {})).toMatchObject(FORBIDDEN);
    expect(await own.keysOf('olga')).toHaveLength(1);
  });

  it('is not removed by others, or long after a proof', async () => {
    await own.withKey('alice');
    const { browser: bob } = await own.withKey('bob');
    await own.give('oscar', 'auditor');
    const { browser: oscar } = await own.withKey('oscar');
    for (const other of [bob, oscar]) expect(await other.post(await pathOf('alice'), {})).toMatchObject(FORBIDDEN);
    const { browser: olga } = await own.withKey('olga');
    await own.age(11);
    expect(await olga.post(await pathOf('alice'), {})).toMatchObject(FRESH_WANTED);
    expect(await own.keysOf('alice')).toHaveLength(1);
  });

  it('of the last administrator is removed by the command line, with those on devices', async () => {
    const { browser: olga } = await own.withKey('olga');
    const issued = await issueKeyTo(own.store, own.portal.origin, 'olga');
    const lines: string[] = [];
    const args = ['second-factor', 'olga', '--remove'];
    expect(await account(args, own.environment, (line) => lines.push(line))).toBe(0);
    expect(lines.join('\n')).toContain('The next sign-in with the password registers a passkey.');
    expect((await olga.get('/api/session')).body).toMatchObject({ user: null });
    const again = await own.signIn('olga');
    expect(await stateOf(again)).toBe('to-register');
    expect(await giveFactor(again, issued)).toMatchObject(REFUSED);
    await registerKey(again);
    expect(await stateOf(again)).toBe('given');
    const removed = await own.store.db
      .select()
      .from(audit)
      .where(and(eq(audit.event, 'sign-in-passkey.removed'), eq(audit.actor, 'command line')));
    expect(removed).toHaveLength(2);
  });

  it.each([[['second-factor', 'olga']], [['second-factor', 'olga', '--delete']], [['second-factor']]])(
    'is not removed by %j',
    async (args) => {
      await own.withKey('olga');
      expect(await account(args, own.environment, () => undefined)).toBe(1);
      expect(await own.keysOf('olga')).toHaveLength(1);
    },
  );
});

describe('the rule', () => {
  it('staff asks a user for nothing, and from the moment in which the user becomes more', async () => {
    const alice = await own.signIn('alice');
    expect(await stateOf(alice)).toBe('unneeded');
    expect((await alice.get('/api/devices')).status).toBe(200);
    await own.give('alice', 'user', 'auditor');
    expect(await stateOf(alice)).toBe('to-register');
    expect(await alice.get('/api/operator/audit')).toMatchObject(NOBODY);
  });

  it('everyone asks users too', async () => {
    const strict = await startTestPortal({ CARDWRIGHT_SECOND_FACTOR: 'everyone' });
    try {
      const alice = await Browser.login(strict, 'alice');
      expect(await alice.get('/api/devices')).toMatchObject(NOBODY);
      await registerKey(alice);
      expect((await alice.get('/api/devices')).status).toBe(200);
    } finally {
      await strict.remove();
    }
  });
});

describe('another password', () => {
  const NEW = 'another horse battery';
  let hash: string | null;
  beforeEach(async () => {
    const [olga] = await own.store.db.select().from(users).where(eq(users.username, 'olga'));
    hash = olga?.passwordHash ?? null;
  });
  afterEach(() => own.store.db.update(users).set({ passwordHash: hash }).where(eq(users.username, 'olga')));

  it('that its owner sets keeps the second factor of the session', async () => {
    const { browser: olga } = await own.withKey();
    const change = { password: 'olga-password', newPassword: NEW };
    expect(await olga.send('PUT', '/api/session/password', change)).toMatchObject({ body: { problem: null } });
    expect(await stateOf(olga)).toBe('given');
    expect((await olga.get('/api/operator/devices')).status).toBe(200);
  });

  it('that a link sets opens nothing, and the second factor is asked for after a new password too', async () => {
    const { key } = await own.withKey();
    const { link } = await resetPassword(own.store.db, await own.idOf('olga'), { id: null, username: 'oscar' });
    const olga = new Browser(own.portal);
    const set = await olga.send('PUT', '/api/password-link', { token: link?.token, newPassword: NEW });
    expect(set.body).toEqual({ outcome: 'set' });
    expect(await olga.get('/api/operator/devices')).toMatchObject(NOBODY);
    await olga.post('/api/session', { username: 'olga', password: NEW });
    expect(await stateOf(olga)).toBe('needed');
    expect(await olga.get('/api/operator/devices')).toMatchObject(NOBODY);
    expect(await giveFactor(olga, key)).toMatchObject({ status: 200 });
  });
});
