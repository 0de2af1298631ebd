import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { listAudit } from '../../../../portal/src/server/store/audit-list.js';
import { openPortalDatabase } from '../../../../portal/src/server/store/database.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

const NEW = 'another horse battery';

const list = v.object({
  accounts: v.array(v.looseObject({ id: v.string(), username: v.string(), state: v.string() })),
});
const outcome = v.object({
  refusal: v.nullable(v.string()),
  link: v.nullable(v.object({ address: v.string(), expiresAt: v.string() })),
  devices: v.number(),
});

let portal: TestPortal;
let olga: Browser;
beforeAll(async () => {
  portal = await startTestPortal();
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const accounts = async () => validate(list, (await olga.get('/api/operator/accounts')).body).accounts;
const idOf = async (name: string) => (await accounts()).find(({ username }) => username === name)?.id ?? '';
const change = async (name: string, action: string, browser = olga) =>
  browser.post(`/api/operator/accounts/${await idOf(name)}/${action}`, {});
const add = async (username: string): Promise<string> => {
  const answer = await olga.post('/api/operator/accounts', {
    username,
    displayName: 'Someone',
    role: 'user',
  });
  return validate(outcome, answer.body).link?.address.split('#')[1] ?? '';
};
const setBy = (token: string, newPassword: string, browser = new Browser(portal)) =>
  browser.send('PUT', '/api/password-link', { token, newPassword });

describe('the administration of accounts', () => {
  it('adds someone, who sets a password by the link, signs in, and is disabled in the middle of a session', async () => {
    const token = await add('emma');
    expect((await accounts()).find(({ username }) => username === 'emma')).toMatchObject({ state: 'no-password' });
    const emma = new Browser(portal);
    expect((await emma.post('/api/password-link', { token })).body).toEqual({
      user: { username: 'emma', displayName: 'Someone' },
    });
    expect((await setBy(token, NEW, emma)).body).toEqual({ outcome: 'set' });
    expect((await emma.post('/api/session', { username: 'emma', password: NEW })).status).toBe(200);
    expect((await emma.get('/api/devices')).status).toBe(200);
    expect(validate(outcome, (await change('emma', 'disable')).body)).toMatchObject({ refusal: null, devices: 0 });
    expect(await emma.get('/api/devices')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
  });

  it('says why it changes nothing', async () => {
    await add('ines');
    expect(
      (await olga.post('/api/operator/accounts', { username: 'ines', displayName: 'X', role: 'user' })).body,
    ).toMatchObject({ refusal: 'name-taken', link: null });
    await change('ines', 'disable');
    expect((await change('ines', 'reset')).body).toMatchObject({ refusal: 'disabled', link: null });
    await change('oscar', 'disable');
    expect((await change('olga', 'disable')).body).toMatchObject({ refusal: 'last-administrator' });
    expect((await change('olga', 'delete')).body).toMatchObject({ refusal: 'last-administrator' });
    await change('oscar', 'enable');
  });

  it.each(['disable', 'enable', 'delete', 'reset'])(
    'does not %s an account for a user, or without a fresh proof',
    async (action) => {
      const bob = await Browser.login(portal, 'bob');
      expect(await change('alice', action, bob)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      await ageProof(olga);
      expect(await change('alice', action)).toMatchObject(WANTS_PROOF);
      await ageProof(olga, 0);
      expect((await accounts()).find(({ username }) => username === 'alice')).toMatchObject({ state: 'active' });
    },
  );
});

describe('a link for a new password', () => {
  it('is answered alike, whether it was used, replaced, withdrawn or never made', async () => {
    const [used, replaced, withdrawn] = [await add('one'), await add('two'), await add('three')];
    await setBy(used, NEW);
    await change('two', 'reset');
    await change('three', 'disable');
    const answers = await Promise.all(
      [used, replaced, withdrawn, 'x'.repeat(43)].map(async (token) => [
        (await new Browser(portal).post('/api/password-link', { token })).body,
        (await setBy(token, 'the thief was here now')).body,
        // A weak password tells no more.
        (await setBy(token, 'short')).body,
      ]),
    );
    for (const answer of answers)
      expect(answer).toEqual([{ user: null }, { outcome: 'not-valid' }, { outcome: 'not-valid' }]);
  });

  it('signs nobody in, and is in no answer of the log and of the list', async () => {
    const token = await add('four');
    const browser = new Browser(portal);
    const answer = await setBy(token, NEW, browser);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const shown = await Promise.all(['audit', 'accounts'].map((path) => olga.get(`/api/operator/${path}`)));
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain(token);
  });

  it('is not taken in an address, and is kept out of the caches of browsers and proxies', async () => {
    const token = await add('five');
    const answer = await new Browser(portal).post('/api/password-link', { token });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const page = await fetch(`http://127.0.0.1:${portal.port}/api/password-link?token=${token}`);
    expect(page.status).toBe(404);
  });

  it('names its administrator and its owner in the log', async () => {
    await setBy(await add('six'), NEW);
    const rows = await openPortalDatabase(portal.configuration.database);
    try {
      const [set, , made] = await listAudit(rows.db, null, 3, undefined);
      expect(set).toMatchObject({ event: 'password.set', actor: 'six', detail: { linkOf: 'olga' } });
      expect(made).toMatchObject({ event: 'account.added', actor: 'olga', detail: { username: 'six' } });
    } finally {
      await rows.close();
    }
  });
});
