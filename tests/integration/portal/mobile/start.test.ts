import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { createDemoAccount } from '../../../../portal/src/server/accounts/accounts.js';
import { devices, mobileEnrolments, operations, type User } from '../../../../portal/src/server/store/schema.js';
import { eq } from 'drizzle-orm';
import { LIMIT, MobileStage, QUOTA } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';

const CONTEXT = { address: '192.0.2.1', language: 'en' } as const;
const MINUTE = 60 * 1000;

let stage: MobileStage;
let user: User;
beforeAll(async () => {
  stage = await MobileStage.start();
});
beforeEach(async () => {
  user = await stage.newUser();
});
afterEach(() => {
  stage.mood = 'answers';
});
afterAll(() => stage.close());

const enrolmentsOf = ({ id }: User) =>
  stage.store.db.select().from(mobileEnrolments).where(eq(mobileEnrolments.userId, id));

/** Adds a device of a card, with the relevant parts of its row. */
async function addCard(owner: User, state: 'active' | 'suspended' = 'active'): Promise<string> {
  const id = randomUUID();
  const about = { model: 'yubikey', modelName: 'YubiKey 5', proof: 'attested', managementKey: 'own' } as const;
  await stage.store.db.insert(devices).values({ id, ownerId: owner.id, guid: randomUUID(), state, ...about });
  return id;
}

/** Adds an operation as a proof leaves it. */
async function addProof(owner: User, changes: Partial<typeof operations.$inferInsert> = {}): Promise<string> {
  const id = randomUUID();
  await stage.store.db.insert(operations).values({
    id,
    kind: PROVE_OWNER,
    userId: owner.id,
    deviceId: await addCard(owner),
    guid: randomUUID(),
    status: 'done',
    stepNumber: 1,
    session: 'session',
    state: {},
    stepMethods: [],
    updatedAt: stage.now,
    ...changes,
  });
  return id;
}

describe('without a proof', () => {
  it('offers mobile devices to permitted users, and names the signer of the profile', async () => {
    expect(stage.mobile.offerFor(user)).toEqual({ proof: 'none', verified: false });
    const some = await stage.open({ users: ['someone'] });
    expect(some.offerFor(user)).toBeNull();
    await expect(some.start(user, {}, CONTEXT)).rejects.toMatchObject({ code: 'MOBILE_FORBIDDEN' });
    expect(await enrolmentsOf(user)).toEqual([]);
  });

  it('ends an earlier open enrolment, with its device', async () => {
    const first = await stage.enrol(user);
    await first.getIdentity();
    const second = await stage.enrol(user);
    expect(await first.status).toMatchObject({ state: 'cancelled' });
    expect(await stage.listedFor(first.identity?.certificate ?? new Uint8Array())).toBe('cessationOfOperation');
    expect(await stage.mobile.openLink(first.token, VISITOR)).toMatchObject({ kind: 'dead' });
    expect(await second.status).toMatchObject({ state: 'waiting' });
  });

  it('leaves one of two enrolments that are started at the same moment', async () => {
    await Promise.all([stage.mobile.start(user, {}, CONTEXT), stage.mobile.start(user, {}, CONTEXT)]);
    expect((await enrolmentsOf(user)).map(({ state }) => state).sort()).toEqual(['cancelled', 'waiting']);
  });

  it('refuses a user with the maximum number of devices, not counting an enrolment that it cancels', async () => {
    await addCard(user);
    const first = await stage.enrol(user);
    await first.getIdentity();
    const second = await stage.enrol(user);
    await second.identify();
    await addCard(user);
    const limit = { code: 'DEVICE_LIMIT', data: { limit: LIMIT } };
    await expect(second.confirm()).rejects.toMatchObject(limit);
    expect(await second.status).toMatchObject({ state: 'to-confirm' });
    await expect(stage.mobile.start(user, {}, CONTEXT)).rejects.toMatchObject(limit);
    // The refusal has changed nothing.
    expect(await second.status).toMatchObject({ state: 'to-confirm' });
  });

  it('makes one device of a phone that is confirmed twice at once', async () => {
    const enrolling = await stage.enrol(user);
    await enrolling.identify();
    const both = await Promise.all([enrolling.confirm(), enrolling.confirm()]);
    expect(both.map(({ state }) => state)).toEqual(['enrolling', 'enrolling']);
    expect(await stage.store.db.select().from(devices).where(eq(devices.ownerId, user.id))).toHaveLength(1);
  });

  it('refuses a user who starts again and again', async () => {
    for (let count = 0; count < QUOTA; count += 1) await stage.mobile.start(user, {}, CONTEXT);
    await expect(stage.mobile.start(user, {}, CONTEXT)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await enrolmentsOf(user)).toHaveLength(QUOTA);
  });

  it('is refused in the words of the authority if that certifies no registration authority', async () => {
    await stage.forgetRegistrationAuthority();
    stage.mood = 'refuses';
    const refused = { code: 'CA_REFUSED', data: { reason: 'not today' } };
    await expect(stage.mobile.start(user, {}, CONTEXT)).rejects.toMatchObject(refused);
    expect(await enrolmentsOf(user)).toEqual([]);
    stage.mood = 'answers';
    await stage.mobile.start(user, {}, CONTEXT);
  });
});

describe('with the password as its proof', () => {
  it('accepts only the right one', async () => {
    const account = { username: 'grace', password: 'long-enough', displayName: 'Grace Hopper', role: 'user' } as const;
    await createDemoAccount(stage.store.db, account);
    const grace = (await stage.store.db.query.users.findMany()).find(({ username }) => username === account.username);
    const mobile = await stage.open({ proof: 'password' });
    if (!grace) throw new Error('the account was made');
    expect(mobile.offerFor(grace)).toMatchObject({ proof: 'password' });
    const refused = { code: 'PASSWORD_INCORRECT' };
    await expect(mobile.start(grace, {}, CONTEXT)).rejects.toMatchObject(refused);
    await expect(mobile.start(grace, { password: 'wrong' }, CONTEXT)).rejects.toMatchObject(refused);
    expect(await enrolmentsOf(grace)).toEqual([]);
    expect(await mobile.start(grace, { password: account.password }, CONTEXT)).toMatchObject({
      status: { state: 'waiting' },
    });
  });
});

describe('with a device as its proof', () => {
  const start = async (operation?: string) =>
    (await stage.open({ proof: 'card' })).start(user, operation === undefined ? {} : { operation }, CONTEXT);
  const NEEDED = { code: 'CARD_PROOF_NEEDED' };

  it('accepts a proof of the last five minutes, once', async () => {
    const proof = await addProof(user, { updatedAt: new Date(stage.now.getTime() - 4.9 * MINUTE) });
    expect(await start(proof)).toMatchObject({ status: { state: 'waiting' } });
    await expect(start(proof)).rejects.toMatchObject(NEEDED);
    expect((await enrolmentsOf(user)).map(({ state }) => state)).toEqual(['waiting']);
  });

  it('accepts one proof for one of two concurrent enrolments', async () => {
    const proof = await addProof(user);
    const outcomes = await Promise.allSettled([start(proof), start(proof)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: NEEDED });
    expect(await enrolmentsOf(user)).toHaveLength(1);
  });

  it.each([
    ['none', () => Promise.resolve(undefined)],
    ['one that was never given', () => Promise.resolve('made-up')],
    ['an old one', () => addProof(user, { updatedAt: new Date(stage.now.getTime() - 5.1 * MINUTE) })],
    ['one that was not finished', () => addProof(user, { status: 'running' })],
    ['one that failed', () => addProof(user, { status: 'failed' })],
    ['another operation', () => addProof(user, { kind: 'issue' })],
    ['one without a device', () => addProof(user, { deviceId: null })],
    ['that of someone else', async () => addProof(await stage.newUser())],
    [
      'that of a device that is suspended by now',
      async () => addProof(user, { deviceId: await addCard(user, 'suspended') }),
    ],
  ])('refuses %s', async (_what, proof) => {
    await expect(start(await proof())).rejects.toMatchObject(NEEDED);
    expect(await enrolmentsOf(user)).toEqual([]);
  });
});
