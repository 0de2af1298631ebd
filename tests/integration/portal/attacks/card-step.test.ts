import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { operationAnswer, type OperationAnswer } from '@cardwright/protocol/cms';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { and, eq } from 'drizzle-orm';
import { resetSecondFactor } from '../../../../portal/src/server/accounts/sign-in-passkeys.js';
import {
  audit,
  certificates,
  devices,
  loginChallenges,
  signInPasskeys,
  users,
} from '../../../../portal/src/server/store/schema.js';
import type { PlayedHost } from '../../../support/host-and-card/played-host.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { FRESH_WANTED, NOBODY, SecondFactorPortal, stateOf, tokenOf } from '../support/second-factor-portal.js';
import { act } from '../support/operator.js';
import { beginRegistration, registerKey } from '../support/sign-in-key.js';
import { listDevices, type Answer, type Browser } from '../support/test-portal.js';

/** The second step of a sign-in with a card: what it opens, and ways round it. */

const BASE = '/api/session/second-factor/card/operations';
const NOT_FOUND = { status: 404, code: 'OPERATION_NOT_FOUND' };
const MINUTE = 60_000;

const own = SecondFactorPortal.forTests();

let card: TestCard;
let host: PlayedHost;
let deviceId: string;
let loginCertificate: typeof certificates.$inferSelect | undefined;

/** Alice has an issued card. */
beforeAll(async () => {
  const alice = await own.signIn('alice');
  card = new TestCard('piv', null, null);
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
  const [device] = (await listDevices(alice)).devices;
  deviceId = device?.id ?? '';
  [loginCertificate] = await own.store.db
    .select()
    .from(certificates)
    .where(and(eq(certificates.deviceId, deviceId), eq(certificates.slot, '9A')));
});
/** She has become an operator since. */
beforeEach(async () => {
  await change({ state: 'active', stateReason: null, activatedAt: new Date(), ownerId: await own.idOf('alice') });
  await changeCertificates({ revocationReason: null, notAfter: loginCertificate?.notAfter ?? new Date() });
  await own.store.db.update(users).set({ secondFactorReset: null });
  await own.give('alice', 'user', 'operator');
  host = await (await own.signIn('alice')).openHost(card);
});

const start = (browser: Browser, from = host, base = BASE): Promise<Answer> =>
  browser.post(base, { ...from.startRequest, kind: PROVE_OWNER });

/** Has the card sign what an operation asks for. */
async function signed(begun: Answer): Promise<{ readonly path: string; readonly body: object; readonly id: string }> {
  const { operation: id, step } = validate(operationAnswer, begun.body);
  const outcomes = await host.run(step?.jws ?? '');
  return { path: `${BASE}/${id}/results`, body: { step: step?.number, outcomes }, id };
}

/** Gives the second factor with the card. */
async function prove(browser: Browser): Promise<OperationAnswer> {
  const { path, body } = await signed(await start(browser));
  return validate(operationAnswer, (await browser.post(path, body)).body);
}

const change = (values: Partial<typeof devices.$inferInsert>) =>
  own.store.db.update(devices).set(values).where(eq(devices.id, deviceId));
const changeCertificates = (values: Partial<typeof certificates.$inferInsert>) =>
  own.store.db.update(certificates).set(values).where(eq(certificates.deviceId, deviceId));

it('opens the rest in a session with another token, and the log names the card', async () => {
  const alice = await own.signIn('alice');
  expect(await alice.get('/api/session')).toMatchObject({
    body: { secondFactor: 'needed', proofs: { passkey: false, card: true } },
  });
  const before = tokenOf(alice);
  expect(await prove(alice)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(await stateOf(alice)).toBe('given');
  expect((await alice.get('/api/operator/devices')).status).toBe(200);
  expect(await own.withToken(before).get('/api/account/sessions')).toMatchObject(NOBODY);
  const entry = (await own.log(5)).find(({ event }) => event === 'login.second-factor');
  expect(entry).toMatchObject({ outcome: 'ok', personId: await own.idOf('alice'), deviceId, way: 'card' });
});

it('lets its owner register a passkey, and no longer needs the card', async () => {
  const alice = await own.signIn('alice');
  await prove(alice);
  await registerKey(alice);
  await change({ state: 'terminated' });
  expect(await stateOf(await own.signIn('alice'))).toBe('needed');
});

describe('whoever knows the password alone', () => {
  let mallory: Browser;
  beforeEach(async () => {
    mallory = await own.signIn('alice');
  });

  it.each(['active', 'suspended'] as const)('registers no passkey while the card is %s', async (state) => {
    await change({ state });
    if (state === 'suspended') await changeCertificates({ revocationReason: 'certificateHold' });
    expect(await stateOf(mallory)).toBe('needed');
    expect(await mallory.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
  });

  it('needs no card for a passkey where nobody needs a second factor', async () => {
    await own.give('alice', 'user');
    const user = await own.signIn('alice');
    await registerKey(user);
    expect(await stateOf(user)).toBe('given');
  });

  it('runs no other operation, and asks about none', async () => {
    const wrong = { status: 400, code: 'INVALID_PARAMS' };
    const { device } = host.startRequest;
    for (const kind of ['issue', 'erase', 'unlock', 'change-pin', 'renew']) {
      expect(await mallory.post(BASE, { ...host.startRequest, kind })).toMatchObject(wrong);
      const asked = { kind, devices: [device] };
      expect(await mallory.post('/api/session/second-factor/card/devices/eligibility', asked)).toMatchObject(wrong);
    }
  });

  it('neither answers nor ends an operation of another session', async () => {
    const alice = await own.signIn('alice');
    await prove(alice);
    const { operation } = await alice.operate('', { ...host.startRequest, kind: 'change-pin' });
    expect(await mallory.post(`${BASE}/${operation}/cancel`, {})).toMatchObject(NOT_FOUND);
    expect(await mallory.post(`${BASE}/${operation}/results`, { step: 1, outcomes: [] })).toMatchObject(NOT_FOUND);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled' });
  });

  it('gains nothing from the results of an earlier proof', async () => {
    const alice = await own.signIn('alice');
    const { path, body } = await signed(await start(alice));
    expect((await alice.post(path, body)).status).toBe(200);
    expect(await mallory.post(path, body)).toMatchObject(NOT_FOUND);
    expect(await stateOf(mallory)).toBe('needed');
  });

  it('gains nothing from a proof that the owner resumes and gives', async () => {
    const begun = validate(operationAnswer, (await start(mallory)).body);
    const alice = await own.signIn('alice');
    const { path, body, id } = await signed(await start(alice));
    expect(id).toBe(begun.operation);
    expect(await alice.post(path, body)).toMatchObject({ status: 200, body: { state: 'done' } });
    expect(await stateOf(alice)).toBe('given');
    // It has ended with an answer, which this route repeats.
    expect(await mallory.post(`${BASE}/${id}/cancel`, {})).toMatchObject({ body: { state: 'done' } });
    const outcomes = [{ method: 'csr.create', error: { code: 4001, message: 'x', data: { name: 'CANCELLED' } } }];
    await mallory.post(path, { step: begun.step?.number, outcomes });
    await mallory.post(path, { step: 2, outcomes });
    expect(await stateOf(mallory)).toBe('needed');
  });

  it('gains nothing from a proof that the owner gives in a session that is complete', async () => {
    const alice = await own.signIn('alice');
    await prove(alice);
    await start(mallory);
    const { id, body } = await signed(await start(alice, host, '/api/operations'));
    expect(await alice.operate(`/${id}/results`, body)).toMatchObject({ state: 'done' });
    await mallory.post(`${BASE}/${id}/cancel`, {});
    expect(await stateOf(mallory)).toBe('needed');
  });

  it('gains nothing from a card with other keys', async () => {
    const { operation, step } = validate(operationAnswer, (await start(mallory)).body);
    const forger = await mallory.openHost(new TestCard('piv', null, null));
    const outcomes = await forger.run(step?.jws ?? '').catch(() => []);
    await mallory.post(`${BASE}/${operation}/results`, { step: step?.number, outcomes });
    expect(await stateOf(mallory)).toBe('needed');
  });

  it("gains nothing from another person's card", async () => {
    await change({ ownerId: await own.idOf('bob') });
    expect((await start(mallory)).code).toBe('DEVICE_NOT_ELIGIBLE');
  });
});

describe('a card', () => {
  it.each(['suspended', 'terminated'] as const)(
    'that is %s proves nothing, also if it became so meanwhile',
    async (state) => {
      const alice = await own.signIn('alice');
      const { path, body } = await signed(await start(alice));
      await change({ state });
      await alice.post(path, body);
      expect(await stateOf(alice)).not.toBe('given');
      expect(await alice.get('/api/operator/devices')).toMatchObject(NOBODY);
      expect((await start(alice)).code).toBe('DEVICE_NOT_ELIGIBLE');
    },
  );

  it('has to answer within minutes', async () => {
    const alice = await own.signIn('alice');
    const { path, body } = await signed(await start(alice));
    await own.store.db.update(loginChallenges).set({ expiresAt: new Date(Date.now() - MINUTE) });
    expect(await alice.post(path, body)).toMatchObject(NOT_FOUND);
    expect(await stateOf(alice)).toBe('needed');
  });

  it('answers in one session, once', async () => {
    const [alice, elsewhere] = [await own.signIn('alice'), await own.signIn('alice')];
    const { path, body } = await signed(await start(alice));
    expect((await alice.post(path, body)).status).toBe(200);
    expect(await alice.post(path, body)).toMatchObject(NOT_FOUND);
    expect(await stateOf(elsewhere)).toBe('needed');
  });

  it('no longer counts once the second factor was reset', async () => {
    const alice = await own.signIn('alice');
    const { path, body } = await signed(await start(alice));
    await resetSecondFactor(own.store.db, await own.idOf('alice'), null, 'command line');
    expect(await alice.post(path, body)).toMatchObject(NOBODY);
    const again = await own.signIn('alice');
    expect(await stateOf(again)).toBe('to-register');
    expect(await prove(again)).toMatchObject({ state: 'done' });
    expect(await stateOf(again)).toBe('to-register');
    const [entry] = (await own.log(5)).filter(({ event }) => event === 'login.second-factor');
    expect(entry).toMatchObject({ outcome: 'failed', way: 'card' });
    await beginRegistration(again);
  });

  it.each([
    ['whose login certificate has ended', {}, { notAfter: new Date(0) }],
    ['that waits for its PIN again', { state: 'pending' }, {}],
    ['that is suspended, and whose certificate has ended', { state: 'suspended' }, { notAfter: new Date(0) }],
    ['whose certificate was revoked', {}, { revocationReason: 'cessationOfOperation' }],
    ['that the portal has ended by itself', { state: 'terminated', stateReason: 'its owner left' }, {}],
    ['that its owner has begun to erase', { state: 'terminated', stateReason: 'being erased' }, {}],
  ] as const)(
    '%s gives nothing, and makes no room for whoever knows the password alone',
    async (_what, device, ended) => {
      await change({ state: 'active', ...device });
      await changeCertificates({ revocationReason: null, ...ended });
      // The portal and the owner change a device's state too. Neither proves that it is over.
      const changed = { event: 'device.state-changed', outcome: 'ok', deviceId, detail: { to: 'terminated' } } as const;
      await own.store.db.insert(audit).values(['portal', 'alice'].map((actor) => ({ actor, ...changed })));
      const alice = await own.signIn('alice');
      expect(await stateOf(alice)).toBe('needed');
      expect(await alice.get('/api/session')).toMatchObject({ body: { proofs: { passkey: false, card: false } } });
      expect((await start(alice)).code).toBe('DEVICE_NOT_ELIGIBLE');
      expect(await alice.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
      await resetSecondFactor(own.store.db, await own.idOf('alice'), null, 'command line');
      expect(await stateOf(await own.signIn('alice'))).toBe('to-register');
    },
  );

  it('makes room for a passkey once an operator has terminated it, or its erased card was read back', async () => {
    const { browser: olga } = await own.withKey('olga');
    await act(olga, deviceId, 'terminate');
    const alice = await own.signIn('alice');
    expect(await stateOf(alice)).toBe('to-register');
    await registerKey(alice);
    expect(await stateOf(alice)).toBe('given');
    // The same card, issued again.
    await own.store.db.delete(signInPasskeys);
    await change({ state: 'active', activatedAt: new Date() });
    expect(await stateOf(await own.signIn('alice'))).toBe('needed');
    await change({ state: 'available', stateReason: 'given back' });
    expect(await stateOf(await own.signIn('alice'))).toBe('to-register');
  });

  it('that its owner terminates as an operator makes no room', async () => {
    const alice = await own.signIn('alice');
    await prove(alice);
    await act(alice, deviceId, 'terminate');
    expect(await stateOf(await own.signIn('alice'))).toBe('needed');
  });
});

describe('a device that was never active', () => {
  it.each(['producing', 'pending', 'failed'] as const)('and is %s has not counted, and makes room', async (state) => {
    await change({ state, activatedAt: null });
    expect(await stateOf(await own.signIn('alice'))).toBe('to-register');
  });
});
