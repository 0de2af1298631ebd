import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { desc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, sessions } from '../../../../portal/src/server/store/schema.js';
import { LIED_TO, LyingProvider, seconds, type Lie } from '../../../support/oidc/lying-provider.js';
import { startProviderPortal } from '../oidc/provider-portal.js';
import { answer, begin } from '../oidc/provider-user.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { Browser, type Answer, type TestPortal } from '../support/test-portal.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Provider work proves nobody\. /);

/** Fresh proofs at a provider, begun, answered or replayed by someone else. */

let provider: LyingProvider;
let portal: TestPortal;
let store: PortalDatabase;
let nora: Browser;

beforeAll(async () => {
  provider = await LyingProvider.start();
  const entry = {
    title: 'your work account',
    issuer: provider.issuer,
    clientId: LIED_TO.id,
    secret: LIED_TO.secret,
    timeout: 10,
  };
  portal = await startProviderPortal([{ ...entry, name: 'work', roles: [{ group: 'admins', role: 'administrator' }] }]);
  store = await openPortalDatabase(portal.configuration.database);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await provider.stop();
});
beforeEach(async () => {
  nora = await signIn(new Browser(portal));
  await ageProof(nora);
});

/** What the provider says of a person who has just proved who they are. */
const person = (sub: string, claims: Lie['claims'] = {}): Lie => ({
  claims: { sub, preferred_username: sub, groups: ['admins'], auth_time: seconds(), ...claims },
});

async function signIn(browser: Browser, sub = 'nora'): Promise<Browser> {
  const signedIn = await answer(browser, 'work', provider.answerTo(await begin(browser, 'work'), person(sub)));
  expect(signedIn).toMatchObject({ body: { user: { username: sub }, isProof: false } });
  return browser;
}

/** Begins a proof in the session of a browser. Returns the address at the provider. */
const beginProof = async (browser: Browser): Promise<string> =>
  validate(v.object({ url: v.string() }), (await browser.post('/api/session/proof/provider', {})).body).url;

/** Does what takes a fresh proof, and changes nothing. */
const act = (browser: Browser): Promise<Answer> =>
  browser.post('/api/operator/accounts/0b5e9a1e-50a1-4a4e-9c39-0f5f0d4e7b11/enable', {});

const isDone = { body: { refusal: 'unknown' } };
const unproved = (isProof: boolean) => ({ status: 200, body: { refusal: 'unproved', isProof } });

function copyOf({ cookies }: Browser, ...names: readonly string[]): Browser {
  const copy = new Browser(portal);
  for (const [name, value] of cookies)
    if (names.length === 0 || names.some((one) => name.endsWith(one))) copy.cookies.set(name, value);
  return copy;
}

describe('a proof at the provider', () => {
  it('is offered instead of a password, is wanted, counts in its session alone, and ends the copies of its cookie', async () => {
    expect((await nora.get('/api/session')).body).toMatchObject({
      proofs: { password: false, passkey: false, provider: { name: 'work', title: 'your work account' } },
    });
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
    const elsewhere = await signIn(new Browser(portal));
    await ageProof(elsewhere);
    const thief = copyOf(nora);
    const proved = await answer(nora, 'work', provider.answerTo(await beginProof(nora), person('nora')));
    expect(proved).toMatchObject({ body: { user: { username: 'nora' }, isProof: true, returnTo: null } });
    expect(await act(nora)).toMatchObject(isDone);
    expect(await act(elsewhere)).toMatchObject(WANTS_PROOF);
    expect(await act(thief)).toMatchObject({ status: 401, body: { error: { data: { details: { fresh: false } } } } });
  });

  it('proves nothing if another person gives it, which the log tells of the user', async () => {
    await signIn(new Browser(portal), 'mallory');
    const address = provider.answerTo(await beginProof(nora), person('mallory'));
    expect(await answer(nora, 'work', address)).toMatchObject(unproved(true));
    const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
    expect(entry).toMatchObject({ actor: 'nora', event: 'login.renewed', outcome: 'failed', way: 'work' });
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
    expect((await nora.get('/api/session')).body).toMatchObject({ user: { username: 'nora' } });
  });

  it('proves nothing in another session of the same person in the same browser', async () => {
    const begun = await beginProof(nora);
    const cookie = nora.cookies.get('cardwright-provider') ?? '';
    await nora.send('DELETE', '/api/session', {});
    const again = await signIn(nora);
    await ageProof(again);
    // The sign-in has taken the cookie away. Whoever kept it puts it back.
    again.cookies.set('cardwright-provider', cookie);
    expect(await answer(again, 'work', provider.answerTo(begun, person('nora')))).toMatchObject(unproved(false));
    expect(await act(again)).toMatchObject(WANTS_PROOF);
  });

  it('proves nothing for a session into which its cookie was copied', async () => {
    const begun = await beginProof(nora);
    const other = await signIn(new Browser(portal));
    await ageProof(other);
    for (const [name, value] of nora.cookies) if (name.endsWith('-provider')) other.cookies.set(name, value);
    const address = provider.answerTo(begun, person('nora'));
    expect(await answer(other, 'work', address)).toMatchObject(unproved(false));
    expect(await act(other)).toMatchObject(WANTS_PROOF);
    // It stays good for the session that has begun it.
    expect(await answer(nora, 'work', address)).toMatchObject({ body: { isProof: true, user: { username: 'nora' } } });
    expect(await act(nora)).toMatchObject(isDone);
  });

  it('opens no session: not in a browser that copied the cookie of the attempt, nor in one of an attacker', async () => {
    const address = provider.answerTo(await beginProof(nora), person('nora'));
    for (const browser of [
      copyOf(nora, '-provider'),
      new Browser(portal),
      await signIn(new Browser(portal), 'mallory'),
    ]) {
      expect(await answer(browser, 'work', address)).toMatchObject(unproved(false));
      expect((await browser.get('/api/session')).body).not.toMatchObject({ user: { username: 'nora' } });
    }
  });

  it('counts once', async () => {
    const address = provider.answerTo(await beginProof(nora), person('nora'));
    expect(await answer(nora, 'work', address)).toMatchObject({ body: { isProof: true } });
    await ageProof(nora);
    expect(await answer(nora, 'work', address)).toMatchObject(unproved(false));
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
  });

  it.each<[what: string, claims: Lie['claims']]>([
    ['the person has not proved anything lately', { auth_time: seconds() - 3600 }],
    ['the provider does not say when', { auth_time: undefined }],
  ])('proves nothing if %s', async (_what, claims) => {
    const address = provider.answerTo(await beginProof(nora), person('nora', claims));
    expect(await answer(nora, 'work', address)).toMatchObject(unproved(true));
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
  });

  it('is no sign-in in the session: the answer of a sign-in does not count as a proof that was asked for', async () => {
    const signingIn = await begin(nora, 'work');
    const old = person('nora', { auth_time: seconds() - 3600 });
    expect(await answer(nora, 'work', provider.answerTo(signingIn, old))).toMatchObject({ body: { isProof: false } });
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
  });

  it('can be begun by the portal alone, and not by a page of another site', async () => {
    const headers = { origin: 'https://evil.example' };
    const begun = await nora.send('POST', '/api/session/proof/provider', {}, headers);
    expect(begun).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const address = provider.answerTo(await beginProof(nora), person('nora'));
    const posted = { provider: 'work', answer: address.search };
    expect(await nora.send('POST', '/api/session/provider/answer', posted, headers)).toMatchObject({ status: 403 });
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
  });

  it('is left open by a person who goes back there, and says so to the window', async () => {
    const address = provider.answerTo(await beginProof(nora), { answer: { error: 'access_denied', code: null } });
    expect(await answer(nora, 'work', address)).toMatchObject(unproved(true));
    expect(await act(nora)).toMatchObject(WANTS_PROOF);
    expect(await answer(nora, 'work', provider.answerTo(await beginProof(nora), person('nora')))).toMatchObject({
      body: { isProof: true },
    });
    expect(await act(nora)).toMatchObject(isDone);
  });

  it('keeps the session, with its id, and moves its end', async () => {
    const rows = () => store.db.select().from(sessions).where(eq(sessions.subject, 'nora'));
    const before = (await rows()).length;
    expect(await answer(nora, 'work', provider.answerTo(await beginProof(nora), person('nora')))).toMatchObject({
      body: { isProof: true },
    });
    expect(await rows()).toHaveLength(before);
  });
});
