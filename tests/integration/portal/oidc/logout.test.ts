import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LIED_TO, LyingProvider, seconds, type Lie } from '../../../support/oidc/lying-provider.js';
import { Browser, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, begin } from './provider-user.js';

/** Logouts that a provider asks for, and those who pretend to be one. */

let liar: LyingProvider;
let other: LyingProvider;
let portal: TestPortal;
let desk: Browser;
let laptop: Browser;

beforeAll(async () => {
  liar = await LyingProvider.start();
  other = await LyingProvider.start();
  const entry = { title: 'Some provider', clientId: LIED_TO.id, secret: LIED_TO.secret };
  portal = await startProviderPortal([
    { ...entry, name: 'liar', issuer: liar.issuer },
    { ...entry, name: 'other', issuer: other.issuer },
  ]);
  desk = new Browser(portal);
  laptop = new Browser(portal);
});
afterAll(async () => {
  await portal.remove();
  await Promise.all([liar.stop(), other.stop()]);
});
// Sessions that a test leaves open serve the next one too.
beforeEach(async () => {
  if (!(await isIn(desk))) desk = await signIn('at-desk');
  if (!(await isIn(laptop))) laptop = await signIn('at-laptop');
});

async function signIn(sid: string): Promise<Browser> {
  const browser = new Browser(portal);
  const claims = { sub: 'lo', preferred_username: 'lo', sid };
  expect((await answer(browser, 'liar', liar.answerTo(await begin(browser, 'liar'), { claims }))).body).toMatchObject({
    user: { username: 'lo' },
  });
  return browser;
}

/** Sends to the address for logouts, from anywhere. Reads the whole answer, so that its connection is free again. */
async function send(init: RequestInit, name = 'liar') {
  const response = await fetch(`http://127.0.0.1:${portal.port}/sign-in/${name}/logout`, { method: 'POST', ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Posts a logout token as a provider does: as a form. */
const post = (token: string, name?: string) => send({ body: new URLSearchParams({ logout_token: token }) }, name);

const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;

describe('a logout token', () => {
  it('ends the session that it names, and no other', async () => {
    const answered = await post(await liar.logoutToken({ sub: 'lo', sid: 'at-desk' }));
    expect(answered.status).toBe(200);
    expect(answered.headers.get('cache-control')).toBe('no-store');
    expect([await isIn(desk), await isIn(laptop)]).toEqual([false, true]);
    const olga = await Browser.login(portal, 'olga');
    expect((await olga.get('/api/operator/audit')).body).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          event: 'session.ended',
          person: 'lo',
          detail: expect.objectContaining({ reason: 'signed-out-at-provider' }) as unknown,
        }),
      ]) as unknown,
    });
  });

  it('ends all sessions of a person without naming one', async () => {
    await post(await liar.logoutToken({ sub: 'lo' }));
    expect([await isIn(desk), await isIn(laptop)]).toEqual([false, false]);
  });

  it('serves once', async () => {
    const token = await liar.logoutToken({ sub: 'lo' });
    expect((await post(token)).status).toBe(200);
    const again = await signIn('again');
    expect((await post(token)).status).toBe(400);
    expect(await isIn(again)).toBe(true);
  });

  it('serves once when it comes twice at the same moment', async () => {
    const token = await liar.logoutToken({ sub: 'nobody-here' });
    const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await post(token)).status));
    expect(statuses.sort()).toEqual([200, 400, 400, 400]);
  });

  // Each row has three: to a test that takes three, Jest gives a callback in place of the third, and waits for it.
  it.each<[what: string, claims: Lie['claims'], how: Parameters<LyingProvider['logoutToken']>[1]]>([
    ['of another issuer', { iss: 'https://other.example' }, {}],
    ['for another audience', { aud: 'another-client' }, {}],
    ['with a nonce', { nonce: 'n' }, {}],
    ['without the event', { events: {} }, {}],
    ['whose event is no object', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }, {}],
    ['without events, as an ID token has none', { events: undefined }, {}],
    ['without an id', { jti: undefined }, {}],
    ['that names nobody', { sub: undefined, sid: undefined }, {}],
    ['that has ended', { exp: seconds() - 300 }, {}],
    ['that is old', { iat: seconds() - 900, exp: seconds() + 900 }, {}],
    ['of the future', { iat: seconds() + 900, exp: seconds() + 1000 }, {}],
    ['without a time', { iat: undefined }, {}],
    ['that nobody signed', {}, { signedBy: 'nobody' }],
    ['signed by the client secret', {}, { signedBy: 'the client secret' }],
    ['signed by another key', {}, { signedBy: 'another key' }],
    ['of another type', {}, { type: 'at+jwt' }],
  ])('%s ends nothing', async (_what, claims, how) => {
    const answered = await post(await liar.logoutToken({ sub: 'lo', ...claims }, how));
    expect([answered.status, answered.text]).toEqual([400, '{"error":"invalid_request"}']);
    expect([await isIn(desk), await isIn(laptop)]).toEqual([true, true]);
  });

  it('of another provider ends nothing, at its own address and at the right one', async () => {
    expect((await post(await other.logoutToken({ sub: 'lo', sid: 'at-desk' }), 'other')).status).toBe(200);
    expect((await post(await other.logoutToken({ sub: 'lo' }))).status).toBe(400);
    expect([await isIn(desk), await isIn(laptop)]).toEqual([true, true]);
  });

  it.each([
    ['nothing', {}],
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{"logout_token":"x"}' }],
    ['a form without a token', { body: new URLSearchParams({ token: 'x' }) }],
    ['a token that is none', { body: new URLSearchParams({ logout_token: 'x.y.z' }) }],
  ])('is not %s', async (_what, init: RequestInit) => {
    expect((await send(init)).status).toBeGreaterThanOrEqual(400);
    expect(await isIn(desk)).toBe(true);
  });

  it('is not taken from anybody at a provider that there is not', async () => {
    expect((await post(await liar.logoutToken({ sub: 'lo' }), 'nowhere')).status).toBe(400);
  });
});
