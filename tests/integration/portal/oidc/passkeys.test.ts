import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { sessions } from '../../../../portal/src/server/store/schema.js';
import { LIED_TO, LyingProvider, seconds } from '../../../support/oidc/lying-provider.js';
import { KEY_SERVICE, issueKeyTo, signWith, type IssuedKey } from '../support/issued-key.js';
import { Browser, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, begin } from './provider-user.js';

/** Passkeys of a person whom a provider signs in. */

let liar: LyingProvider;
let portal: TestPortal;
let store: PortalDatabase;
let browser: Browser;
let key: IssuedKey;

beforeAll(async () => {
  liar = await LyingProvider.start();
  portal = await startProviderPortal(
    [{ name: 'liar', title: 'Liar', issuer: liar.issuer, clientId: LIED_TO.id, secret: LIED_TO.secret }],
    { CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: KEY_SERVICE }]) },
  );
  store = await openPortalDatabase(portal.configuration.database);
  browser = new Browser(portal);
  const address = liar.answerTo(await begin(browser, 'liar'), { claims: { sub: 'kim', preferred_username: 'kim' } });
  await answer(browser, 'liar', address);
  key = await issueKeyTo(store, portal.origin, 'kim');
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await liar.stop();
});

it('opens no session, because the provider may have refused the person since', async () => {
  const other = new Browser(portal);
  expect(await signWith(other, '/api/session/passkey', key)).toMatchObject({ code: 'PASSKEY_LOGIN_REFUSED' });
  expect((await other.get('/api/devices')).status).toBe(401);
});

it('opens the session of a local account as before', async () => {
  const own = await issueKeyTo(store, portal.origin, 'alice');
  expect(await signWith(new Browser(portal), '/api/session/passkey', own)).toMatchObject({ status: 200 });
});

it('proves again who the person is, in a session that the provider still ends', async () => {
  expect((await browser.get('/api/session')).body).toMatchObject({
    proofs: { password: false, passkey: true, provider: { name: 'liar' } },
  });
  expect(await signWith(browser, '/api/session/proof/passkey', key)).toMatchObject({ status: 200 });
  expect((await browser.get('/api/devices')).status).toBe(200);
  await fetch(`http://127.0.0.1:${portal.port}/sign-in/liar/logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: await liar.logoutToken({ sub: 'kim' }) }),
  });
  expect((await browser.get('/api/devices')).status).toBe(401);
});

const HOUR_AGO = seconds() - 3600;

// A provider that knows the person for hours signs in without asking anything.
it.each([
  ['the time that the provider states', { auth_time: HOUR_AGO }, new Date(HOUR_AGO * 1000)],
  ['no time, if the provider states none', {}, null],
])('is needed for a fresh proof: the proof of a sign-in at a provider has %s', async (_what, claims, provedAt) => {
  await store.db.delete(sessions);
  const told = { claims: { sub: 'kim', preferred_username: 'kim', ...claims } };
  await answer(browser, 'liar', liar.answerTo(await begin(browser, 'liar'), told));
  const rows = await store.db.select({ provedAt: sessions.provedAt }).from(sessions);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.provedAt).toEqual(provedAt);
});
