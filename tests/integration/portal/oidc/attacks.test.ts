import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LIED_TO, LyingProvider, seconds, type Lie } from '../../../support/oidc/lying-provider.js';
import { Browser, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, begin } from './provider-user.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Provider (liar|other|quiet) proves nobody\. /);

/** Sign-ins at providers that lie, and answers of providers in the wrong hands. */

let liar: LyingProvider;
let other: LyingProvider;
let quiet: LyingProvider;
let portal: TestPortal;
let browser: Browser;

beforeAll(async () => {
  liar = await LyingProvider.start();
  other = await LyingProvider.start();
  quiet = await LyingProvider.start({ authorization_response_iss_parameter_supported: false });
  const entry = { title: 'Some provider', clientId: LIED_TO.id, secret: LIED_TO.secret };
  portal = await startProviderPortal([
    { ...entry, name: 'liar', issuer: liar.issuer, roles: [{ group: 'operators', role: 'operator' }] },
    { ...entry, name: 'other', issuer: other.issuer },
    { ...entry, name: 'quiet', issuer: quiet.issuer },
  ]);
});
afterAll(async () => {
  await portal.remove();
  await Promise.all([liar, other, quiet].map((provider) => provider.stop()));
});
beforeEach(() => {
  browser = new Browser(portal);
});

const UNPROVED = { status: 200, body: { refusal: 'unproved' } };
const isNobody = async (one: Browser) => expect((await one.get('/api/devices')).status).toBe(401);

/** Signs in at a provider that tells a lie. */
async function lie(told: Lie, name = 'liar', provider = liar) {
  return answer(browser, name, provider.answerTo(await begin(browser, name), told));
}

/** Every test signs in a person of its own. */
const person = (sub: string, others: Lie['claims'] = {}): Lie => ({
  claims: { sub, preferred_username: sub, ...others },
});

it('signs in whom a provider proves', async () => {
  expect(await lie(person('right'))).toMatchObject({ body: { user: { username: 'right' } } });
  expect((await browser.get('/api/devices')).status).toBe(200);
});

const USERS = ['own-account', 'own-devices'];
const OPERATORS = ['act-on-devices'];

describe('an answer is refused', () => {
  it('in another browser, and stays good in its own', async () => {
    const address = liar.answerTo(await begin(browser, 'liar'), person('lena'));
    const attacker = new Browser(portal);
    await begin(attacker, 'liar');
    expect(await answer(attacker, 'liar', address)).toMatchObject(UNPROVED);
    await isNobody(attacker);
    expect(await answer(browser, 'liar', address)).toMatchObject({ body: { user: { username: 'lena' } } });
  });

  it('in a browser without the cookie, so that nobody is signed in as an attacker', async () => {
    const attacker = new Browser(portal);
    const address = liar.answerTo(await begin(attacker, 'liar'), person('mallory'));
    expect(await answer(browser, 'liar', address)).toMatchObject(UNPROVED);
    await isNobody(browser);
  });

  it('the second time', async () => {
    const address = liar.answerTo(await begin(browser, 'liar'), person('rita'));
    const cookie = new Map(browser.cookies);
    expect(await answer(browser, 'liar', address)).toMatchObject({ body: { user: { username: 'rita' } } });
    const again = new Browser(portal);
    for (const [name, value] of cookie) again.cookies.set(name, value);
    expect(await answer(again, 'liar', address)).toMatchObject(UNPROVED);
    await isNobody(again);
  });

  it('with a stolen code, whose PKCE challenge belongs to another sign-in', async () => {
    const stolen = liar.answerTo(await begin(browser, 'liar'), person('vera')).searchParams.get('code');
    const attacker = new Browser(portal);
    const address = liar.answerTo(await begin(attacker, 'liar'), { answer: { code: stolen } });
    expect(await answer(attacker, 'liar', address)).toMatchObject(UNPROVED);
  });

  it.each<[what: string, lie: Lie]>([
    ['with another state', { answer: { state: 'x'.repeat(43) } }],
    ['without a state', { answer: { state: null } }],
    ['with a wrong nonce', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['with the issuer of another provider', { answer: { iss: 'https://other.example' } }],
    ['without the issuer that the provider promises to send', { answer: { iss: null } }],
    ['with an ID token of another issuer', { claims: { iss: 'https://other.example' } }],
    ['with an ID token for another audience', { claims: { aud: 'another-client' } }],
    ['with an ID token for several, the portal not being the party', { claims: { aud: [LIED_TO.id, 'x'], azp: 'x' } }],
    ['with an ID token that nobody signed', { signedBy: 'nobody' }],
    ['with an ID token signed by the client secret', { signedBy: 'the client secret' }],
    ['with an ID token signed by another key', { signedBy: 'another key' }],
    ['with an ID token that has ended', { claims: { exp: seconds() - 300 } }],
    ['with an ID token of the future', { claims: { iat: seconds() + 600, exp: seconds() + 900 } }],
    ['with an old ID token', { claims: { iat: seconds() - 900 } }],
    ['with a proof in the future', { claims: { auth_time: seconds() + 600 } }],
    ['with a UserInfo of another person', { userInfo: { sub: 'someone-else' } }],
    ['without a user name', { claims: { preferred_username: undefined } }],
    ['with a name of the audit log', { claims: { preferred_username: 'Portal' } }],
    ['with a name that hides another', { claims: { preferred_username: 'ol\u0261a' } }],
    ['of a person who went back', { answer: { error: 'access_denied', code: null } }],
  ])('%s', async (_what, told) => {
    expect(await lie({ ...told, claims: { sub: 'liar', ...told.claims } })).toMatchObject(UNPROVED);
    await isNobody(browser);
  });

  it('of one provider at another', async () => {
    // The browser was sent to the liar with a sign-in that it began elsewhere (RFC 9700, 4.4).
    const begun = await begin(browser, 'other');
    expect(await answer(browser, 'liar', liar.answerTo(begun))).toMatchObject(UNPROVED);
    expect(await answer(browser, 'other', liar.answerTo(begun))).toMatchObject(UNPROVED);
    await isNobody(browser);
  });

  it('of one provider at another that does not name itself in its answers', async () => {
    const begun = await begin(browser, 'quiet');
    expect(new URL(begun).searchParams.get('redirect_uri')).toBe(`${portal.origin}/sign-in/quiet`);
    expect(await answer(browser, 'liar', liar.answerTo(begun))).toMatchObject(UNPROVED);
    await isNobody(browser);
    expect(await lie(person('quinn'), 'quiet', quiet)).toMatchObject({ body: { user: { username: 'quinn' } } });
  });
});

it('takes clocks that differ by half a minute', async () => {
  expect(await lie(person('tick', { iat: seconds() + 30 }))).toMatchObject({ body: { user: { username: 'tick' } } });
  expect(await lie(person('tock', { exp: seconds() - 30, iat: seconds() - 90 }))).toMatchObject({
    body: { user: { username: 'tock' } },
  });
});

describe('an account', () => {
  const TAKEN = { status: 200, body: { refusal: 'taken' } };

  it.each(['olga', 'Olga ', 'alice'])(
    'of a local user is not for a person of a provider who is called %j',
    async (name) => {
      expect(await lie(person('thief', { preferred_username: name, groups: ['operators'] }))).toMatchObject(TAKEN);
      await isNobody(browser);
      expect((await (await Browser.login(portal, 'olga')).get('/api/session')).body).toMatchObject({
        user: { displayName: 'Olga Operator', rights: expect.arrayContaining(OPERATORS) as unknown },
      });
    },
  );

  it('of one subject is not for another of the same user name', async () => {
    await lie(person('sub-1', { preferred_username: 'sam' }));
    browser = new Browser(portal);
    expect(await lie(person('sub-2', { preferred_username: 'sam' }))).toMatchObject(TAKEN);
    await isNobody(browser);
  });

  it('of one provider is not for the same subject at another', async () => {
    await lie(person('same'));
    browser = new Browser(portal);
    expect(await lie(person('same'), 'other', other)).toMatchObject(TAKEN);
    await isNobody(browser);
  });

  it('stays with its subject, and keeps its first name, when the person is renamed', async () => {
    await lie(person('sub-3', { preferred_username: 'maiden', name: 'Mae Maiden' }));
    expect(await lie(person('sub-3', { preferred_username: 'married', name: 'Mae Married' }))).toMatchObject({
      body: { user: { username: 'maiden', displayName: 'Mae Married' } },
    });
    // Nor does the renamed person get the account of whom she is called by now.
    expect(await lie(person('sub-3', { preferred_username: 'olga' }))).toMatchObject({
      body: { user: { username: 'maiden' } },
    });
  });

  it('has no password', async () => {
    await lie(person('nopass'));
    for (const password of ['', 'null', 'undefined', 'none'])
      expect((await browser.post('/api/session', { username: 'nopass', password })).status).toBe(401);
  });
});

describe('a role', () => {
  it('is given by a group that the settings name', async () => {
    expect(await lie(person('role', { groups: ['a', 'operators'] }))).toMatchObject({
      body: { user: { rights: expect.arrayContaining(OPERATORS) as unknown } },
    });
  });

  it.each<[what: string, claims: Lie['claims']]>([
    ['a group with a similar name', { groups: ['Operators', 'operators ', 'operators2'] }],
    ['a group named after the role', { groups: ['operator', 'administrator'] }],
    [
      'a claim that says so',
      { role: 'operator', roles: ['operators'], is_admin: true, grants: [{ role: 'operator' }] },
    ],
    ['a claim that is no list', { groups: { operators: true } }],
  ])('is not given by %s', async (what, claims) => {
    const answer = await lie(person(`role-${what.length}`, claims));
    expect(answer).toMatchObject({ body: { user: { rights: USERS } } });
  });

  it('is not given by a group of another provider', async () => {
    expect(await lie(person('elsewhere', { groups: ['operators'] }), 'other', other)).toMatchObject({
      body: { user: { rights: USERS } },
    });
  });

  it('falls with the group at the next sign-in', async () => {
    await lie(person('fall', { groups: ['operators'] }));
    expect(await lie(person('fall', { groups: [] }))).toMatchObject({ body: { user: { rights: USERS } } });
  });
});

describe('the page to return to', () => {
  it.each([
    'https://evil.example/my-devices',
    '//evil.example/my-devices',
    '/\\evil.example',
    '/my-devices/../../evil',
    '/my-devices?next=https://evil.example',
    '/my-devices\n',
    'javascript:alert(1)',
    '/login',
    '/sign-in/liar',
    '/api/session',
    '/operator/devices/not-an-id',
    '',
  ])('is not %j', async (returnTo) => {
    expect(await browser.post('/api/session/provider', { provider: 'liar', returnTo })).toMatchObject({
      code: 'INVALID_PARAMS',
    });
  });

  it.each(['/my-devices', '/operator', '/operator/devices/0b5e9a1e-50a1-4a4e-9c39-0f5f0d4e7b11'])(
    'can be %s',
    async (returnTo) => {
      const address = liar.answerTo(await begin(browser, 'liar', returnTo), person('wanderer'));
      expect(await answer(browser, 'liar', address)).toMatchObject({ body: { returnTo } });
    },
  );
});
