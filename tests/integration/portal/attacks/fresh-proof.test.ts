import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { and, desc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { ROUTES, type Routes } from '../../../../portal/src/features/list.js';
import type { Who } from '../../../../portal/src/server/routes/table/route.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, loginAttempts, sessions } from '../../../../portal/src/server/store/schema.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { FakeDisplay } from '../support/fake-display.js';
import { Browser, startTestPortal, type Answer, type TestPortal } from '../support/test-portal.js';
import { everyOrOneIn } from '../../../support/thorough.js';

/** What takes a fresh proof of identity, from sessions that someone left open, copied or opened elsewhere. */

let portal: TestPortal;
let store: PortalDatabase;
let olga: Browser;

beforeAll(async () => {
  portal = await startTestPortal();
  store = await openPortalDatabase(portal.configuration.database);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
});
beforeEach(async () => {
  await store.db.delete(loginAttempts);
  olga = await Browser.login(portal, 'olga');
});

/** The routes that want a fresh proof, but for those of one's own passkeys, which want a second factor too (`second-factor`). */
type Fresh = {
  [A in keyof Routes]: Routes[A] extends { readonly fresh: string; readonly who: Exclude<Who, 'own-account'> }
    ? A
    : never;
}[keyof Routes];

const policyList = v.object({ policies: v.array(v.object({ model: v.string(), policy: v.looseObject({}) })) });
const firstPolicy = async () => {
  const [first] = validate(policyList, (await olga.get('/api/operator/policy')).body).policies;
  if (!first) throw new Error('no policy');
  return first;
};

/** Bodies of the routes, as their pages send them. */
const BODIES: Readonly<Record<Fresh, () => object | Promise<object>>> = {
  'POST /api/operator/accounts': () => ({ username: 'mallory', displayName: 'Mallory', role: 'operator' }),
  'POST /api/operator/accounts/{id}/disable': () => ({}),
  'POST /api/operator/accounts/{id}/enable': () => ({}),
  'POST /api/operator/accounts/{id}/delete': () => ({}),
  'POST /api/operator/accounts/{id}/confirm': () => ({}),
  'POST /api/operator/accounts/{id}/reset': () => ({}),
  'POST /api/operator/devices/{id}/unlock-code': () => ({ seen: 'x' }),
  'PUT /api/operator/people/{id}/roles': () => ({ grants: [{ role: 'administrator', group: null }] }),
  'PUT /api/operator/people/{id}/groups': () => ({ groups: ['Sales'] }),
  'POST /api/operator/people/{id}/passkeys/{passkey}/remove': () => ({}),
  'PUT /api/operator/policy': async () => ({ ...(await firstPolicy()), consent: true }),
  'POST /api/operator/policy/proposals/{id}/confirm': () => ({}),
  'POST /api/operator/vendor-certificates': () => ({ model: 'piv', pem: 'x', trustUnknown: true, consent: true }),
  'POST /api/operator/devices/{id}/initial-pin': async () => (await FakeDisplay.open()).request(),
};
const isFresh = (address: string): address is Fresh => Object.hasOwn(BODIES, address);
const ROWS = Object.keys(BODIES)
  .filter(isFresh)
  .map((address) => [address, BODIES[address]] as const);

const id = randomUUID();
/** Calls a route about something that does not exist, so that it changes nothing even if it is done. */
const send = async (browser: Browser, address: string, body: () => object | Promise<object>): Promise<Answer> => {
  const [method = '', path = ''] = address.split(' ');
  return browser.send(method, path.replace(/\{\w+\}/g, id), await body());
};
const isProofWanted = ({ body }: Answer): boolean =>
  v.is(v.object({ error: v.object({ data: v.object({ details: v.object({ fresh: v.literal(true) }) }) }) }), body);

const prove = (browser: Browser) => browser.post('/api/session/proof', { password: 'olga-password' });

/** Makes a browser with a copy of another one's current cookies. */
function copyOf({ cookies }: Browser): Browser {
  const thief = new Browser(portal);
  for (const [name, value] of cookies) thief.cookies.set(name, value);
  return thief;
}

/** Returns the entries of a refused event, the newest first. */
const refusals = async (event: Routes[Fresh]['fresh']) =>
  (
    await store.db
      .select({ detail: audit.detail, sessionId: audit.sessionId, actor: audit.actor })
      .from(audit)
      .where(and(eq(audit.event, event), eq(audit.outcome, 'failed')))
      .orderBy(desc(audit.id))
  ).filter(({ detail }) => detail.reason === 'LOGIN_REQUIRED');

it.each(ROWS)(
  '%s is refused with an old proof, which the log tells once, and is done after a new one',
  async (address, body) => {
    const event = ROUTES[address].fresh;
    const before = (await refusals(event)).length;
    await ageProof(olga);
    for (let turn = 0; turn < 3; turn += 1) expect(await send(olga, address, body)).toMatchObject(WANTS_PROOF);
    const [entry, ...others] = await refusals(event);
    expect(others).toHaveLength(before);
    expect(entry).toMatchObject({ actor: 'olga', sessionId: expect.any(String) });
    expect((await prove(olga)).status).toBe(200);
    expect(isProofWanted(await send(olga, address, body))).toBe(false);
  },
);

// One rule for all routes of the table: `unit/portal/routes/table` shows which have it.
describe.each(everyOrOneIn(4, ROWS))('%s', (address, body) => {
  it('is refused in a session whose proof is old, although another one of the same person is fresh', async () => {
    const other = await Browser.login(portal, 'olga');
    await ageProof(other);
    expect(await send(other, address, body)).toMatchObject(WANTS_PROOF);
    expect(isProofWanted(await send(olga, address, body))).toBe(false);
    expect((await prove(olga)).status).toBe(200);
    expect(await send(other, address, body)).toMatchObject(WANTS_PROOF);
  });

  it('is refused to a copy of the cookie from before the proof', async () => {
    await ageProof(olga);
    const thief = copyOf(olga);
    expect((await prove(olga)).status).toBe(200);
    expect(await send(thief, address, body)).toMatchObject({
      status: 401,
      body: { error: { data: { details: { fresh: false } } } },
    });
  });

  it('is refused in a session without any proof', async () => {
    await store.db.update(sessions).set({ provedAt: null, provedBy: null });
    expect(await send(olga, address, body)).toMatchObject(WANTS_PROOF);
  });

  it('asks nobody for a proof who has not the right', async () => {
    const alice = await Browser.login(portal, 'alice');
    await ageProof(alice);
    expect(await send(alice, address, body)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('takes no password in its body in the place of a proof', async () => {
    await ageProof(olga);
    const withPassword = async () => ({ ...(await body()), password: 'olga-password' });
    const answer = await send(olga, address, withPassword);
    // The card management reads the body of a code's request, after the proof.
    expect(answer).toMatchObject(
      address.endsWith('/unlock-code') ? WANTS_PROOF : { status: 400, code: 'INVALID_PARAMS' },
    );
  });
});

describe('a proof', () => {
  it('counts for ten minutes, and not a minute longer', async () => {
    const read = async () => (await olga.get('/api/session/proof')).body;
    const isDone = async () =>
      !isProofWanted(await send(olga, 'PUT /api/operator/people/{id}/groups', () => ({ groups: [] })));
    await ageProof(olga, 9);
    expect(await read()).toMatchObject({ isFresh: true });
    expect(await isDone()).toBe(true);
    await ageProof(olga, 11);
    expect(await read()).toMatchObject({ isFresh: false });
    expect(await isDone()).toBe(false);
  });

  it('puts off the end of the session, by which a page sees it, and looking does not', async () => {
    const endsAt = async () =>
      validate(v.looseObject({ endsAt: v.string() }), (await olga.get('/api/session/proof')).body).endsAt;
    const before = await endsAt();
    expect(await endsAt()).toBe(before);
    await prove(olga);
    expect(await endsAt()).not.toBe(before);
  });

  it('is asked for where consent widens trust, and not where nothing is agreed to', async () => {
    await ageProof(olga);
    const { model, policy } = await firstPolicy();
    const change = { model, policy: { ...policy, unprovenKeys: 'allow', attestationRoots: [] } };
    const put = (body: object) => olga.send('PUT', '/api/operator/policy', body);
    expect(isProofWanted(await put(change))).toBe(false);
    expect(await put({ ...change, consent: false })).toMatchObject({ code: 'INVALID_PARAMS' });
    expect(await put({ ...change, consent: true })).toMatchObject(WANTS_PROOF);
  });
});

it('tells a person only of their own ways of a proof', async () => {
  expect((await new Browser(portal).get('/api/session')).body).toMatchObject({ user: null, proofs: null });
  expect((await olga.get('/api/session')).body).toMatchObject({
    proofs: { password: true, passkey: false, provider: null },
  });
});
