import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { LIED_TO, LyingProvider, seconds, type Lie } from '../../../support/oidc/lying-provider.js';
import { FRESH_WANTED, NOBODY, stateOf } from '../support/second-factor-portal.js';
import { giveFactor, registerKey } from '../support/sign-in-key.js';
import { Browser, type Answer, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, begin } from './provider-user.js';

/** The second factor of people whom a provider signs in. */

/** What the portal's settings say of the second factor at each provider. */
const SETTINGS = {
  trusted: {},
  asked: { requiredAcr: ['urn:example:mfa', 'mfa'] },
  here: { secondFactor: 'here' },
} as const;
type Name = keyof typeof SETTINGS;
const NAMES = ['trusted', 'asked', 'here'] as const;

const providers = new Map<Name, LyingProvider>();
let portal: TestPortal;

beforeAll(async () => {
  for (const name of NAMES) providers.set(name, await LyingProvider.start());
  portal = await startProviderPortal(
    NAMES.map((name) => ({
      name,
      title: name,
      issuer: providerOf(name).issuer,
      clientId: LIED_TO.id,
      secret: LIED_TO.secret,
      everyone: ['operator'],
      ...SETTINGS[name],
    })),
    { CARDWRIGHT_SECOND_FACTOR: 'staff' },
  );
});
afterAll(async () => {
  await portal.remove();
  for (const provider of providers.values()) await provider.stop();
});

function providerOf(name: Name): LyingProvider {
  const provider = providers.get(name);
  if (!provider) throw new Error(`${name} has not been started yet`);
  return provider;
}

let people = 0;

/** Signs a new person in at a provider that says something of the sign-in. */
async function signIn(
  name: Name,
  said: Lie = {},
  person = `person-${++people}`,
): Promise<{ readonly browser: Browser; readonly answered: Answer; readonly person: string }> {
  const browser = new Browser(portal);
  const begun = await begin(browser, name);
  const claims = { sub: person, preferred_username: person, auth_time: seconds(), ...said.claims };
  const answered = await answer(browser, name, providerOf(name).answerTo(begun, { ...said, claims }));
  expect(answered.status).toBe(200);
  return { browser, answered, person };
}

const reads = async (browser: Browser): Promise<boolean> => (await browser.get('/api/operator/devices')).status === 200;

describe('a provider', () => {
  it('is trusted to ask for the second factor where the settings name nothing', async () => {
    const { browser, answered } = await signIn('trusted');
    expect(answered.body).toMatchObject({ secondFactor: 'given' });
    expect(await reads(browser)).toBe(true);
  });

  it.each<[string, object]>([
    ['acr', { acr: 'urn:example:mfa' }],
    ['amr', { amr: ['pwd', 'mfa'] }],
  ])('is asked for it where they name values, and says so by %s', async (_how, claims) => {
    const { browser } = await signIn('asked', { claims: { ...claims } });
    expect(await stateOf(browser)).toBe('given');
    const asked = new URL(await begin(new Browser(portal), 'asked')).searchParams;
    expect(asked.get('acr_values')).toBe('urn:example:mfa mfa');
  });

  it.each<[string, Lie]>([
    ['it says nothing', {}],
    ['it says another value', { claims: { acr: 'urn:example:password', amr: ['pwd'] } }],
    ['only its UserInfo endpoint says so', { userInfo: { sub: 'person-of-userinfo', acr: 'mfa', amr: ['mfa'] } }],
  ])('leaves the second factor to the portal if %s', async (_what, said) => {
    const { browser } = await signIn('asked', said, said.userInfo ? 'person-of-userinfo' : undefined);
    expect(await stateOf(browser)).toBe('to-register');
    expect(await browser.get('/api/operator/devices')).toMatchObject(NOBODY);
    await registerKey(browser);
    expect(await reads(browser)).toBe(true);
  });
});

describe('a provider for the first factor alone', () => {
  it('is followed by a passkey of the portal, whatever the provider says', async () => {
    const { browser, person } = await signIn('here', { claims: { acr: 'mfa', amr: ['mfa'] } });
    expect(await stateOf(browser)).toBe('to-register');
    const key = await registerKey(browser);
    expect(await reads(browser)).toBe(true);
    const { browser: again } = await signIn('here', {}, person);
    expect(await stateOf(again)).toBe('needed');
    expect(await reads(again)).toBe(false);
    expect(await giveFactor(again, key)).toMatchObject({ status: 200 });
    expect(await reads(again)).toBe(true);
  });

  it('proves again who the person is before the first passkey, if the sign-in there was hours ago', async () => {
    const { browser, person } = await signIn('here', { claims: { auth_time: seconds() - 7200 } });
    expect(await browser.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
    const { body } = await browser.post('/api/session/proof/provider', {});
    const { url } = v.parse(v.object({ url: v.string() }), body);
    const claims = { sub: person, preferred_username: person, auth_time: seconds() };
    const proved = await answer(browser, 'here', providerOf('here').answerTo(url, { claims }));
    expect(proved).toMatchObject({ status: 200, body: { secondFactor: 'to-register' } });
    await registerKey(browser);
    expect(await reads(browser)).toBe(true);
  });
});
