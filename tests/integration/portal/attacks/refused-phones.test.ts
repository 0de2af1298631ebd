import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueCertificate } from '@cardwright/stage';
import type { Enrolling } from '../mobile/support/enrolling.js';
import { MobileStage } from '../mobile/support/mobile-stage.js';
import { newPhoneKey, signAnswer, TestPhone } from '../mobile/support/test-phone.js';
import { everyOrOneIn } from '../../../support/thorough.js';

/** An attacker knows the address of an enrolment, which is in the phone's profile, and tries to fill the audit log through it. */

/** Number of posts of all kinds in turn. */
const POSTS = globalThis.runsEverything ? 200 : 50;
/** Number of posts of one kind. */
const OF_A_KIND = globalThis.runsEverything ? 200 : 21;
/** After the first ten, the posts that leave a row: those whose number has doubled. */
const doubledUpTo = (posts: number): readonly number[] => [20, 40, 80, 160].filter((number) => number <= posts);
/** Rows before the end of the enrolment, which leaves one with the total. */
const rowsOf = (posts: number): number => 10 + doubledUpTo(posts).length;
const NOT_GENUINE = { code: 'PHONE_NOT_GENUINE' };

let stage: MobileStage;
let phone: TestPhone;
beforeAll(async () => {
  stage = await MobileStage.start();
  phone = await TestPhone.make();
});
afterAll(() => stage.close());

const refusalsOf = async ({ id }: Enrolling) =>
  (await stage.log(id)).filter(({ event }) => event === 'mobile.phone-refused').map(({ detail }) => detail);

async function signedByStranger(challenge: string): Promise<Uint8Array> {
  const made = await issueCertificate({ subject: '/CN=Example iPhone', extensions: ['basicConstraints=CA:FALSE'] });
  return signAnswer(phone.attributes(challenge), made.certificate, made.key, '', 'sha256');
}

/** Requests to the address, each the same every time. */
const BODIES: readonly [string, (enrolling: Enrolling) => Uint8Array | Promise<Uint8Array>][] = [
  ['one byte', () => Uint8Array.of(0)],
  ['nothing', () => new Uint8Array()],
  ['a property list without a signature', () => Buffer.from('<plist/>')],
  ['an answer that a stranger has signed', ({ challenge }) => signedByStranger(challenge)],
  ['an answer that was cut off', ({ challenge }) => phone.answer(challenge).subarray(0, -10)],
  ['an answer with another challenge', () => phone.answer('wrong')],
];

async function downloaded(): Promise<Enrolling> {
  const enrolling = await stage.enrol(undefined, phone);
  await enrolling.download();
  return enrolling;
}

async function flood(enrolling: Enrolling, bodies: readonly Uint8Array[], posts: number): Promise<void> {
  for (let post = 0; post < posts; post += 1)
    await expect(enrolling.post(bodies[post % bodies.length] ?? new Uint8Array())).rejects.toMatchObject(NOT_GENUINE);
}

describe('posts to the address of an open enrolment', () => {
  it.each(everyOrOneIn(3, BODIES))('leave a few rows if they are of %s, with their number', async (_what, make) => {
    const enrolling = await downloaded();
    await flood(enrolling, [await make(enrolling)], OF_A_KIND);
    expect(await refusalsOf(enrolling)).toHaveLength(rowsOf(OF_A_KIND));
    await stage.mobile.cancel(enrolling.user, enrolling.id);
    const rows = await refusalsOf(enrolling);
    expect(rows).toHaveLength(rowsOf(OF_A_KIND) + 1);
    expect(rows.at(-1)).toEqual({ enrolment: enrolling.id, refusals: OF_A_KIND });
  });

  it('leave as few if they are of all kinds in turn, each of the first ten with its reason', async () => {
    const enrolling = await downloaded();
    const bodies: Uint8Array[] = [];
    for (const [, make] of BODIES) bodies.push(await make(enrolling));
    await flood(enrolling, bodies, POSTS);
    const rows = await refusalsOf(enrolling);
    expect(rows.map(({ refusals }) => refusals)).toEqual([
      ...Array<undefined>(10).fill(undefined),
      ...doubledUpTo(POSTS),
    ]);
    expect(rows.every(({ reason }) => typeof reason === 'string')).toBe(true);
  });

  it('leave as few if they are concurrent', async () => {
    const enrolling = await downloaded();
    const posts = Array.from({ length: POSTS }, () => enrolling.post(Uint8Array.of(0)));
    const outcomes = await Promise.allSettled(posts);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await refusalsOf(enrolling)).toHaveLength(rowsOf(POSTS));
  });

  it('end nothing: the phone is still accepted, and the end of its enrolment reports their number', async () => {
    const enrolling = await downloaded();
    await flood(enrolling, [Uint8Array.of(0)], OF_A_KIND);
    await enrolling.install();
    expect(await enrolling.status).toMatchObject({ state: 'installed' });
    expect((await refusalsOf(enrolling)).at(-1)).toMatchObject({ refusals: OF_A_KIND });
  });

  it('are reported when its time is over, too', async () => {
    const enrolling = await downloaded();
    await flood(enrolling, [Uint8Array.of(0)], 11);
    stage.pass(11);
    await stage.mobile.endOverdue();
    expect((await refusalsOf(enrolling)).at(-1)).toEqual({ enrolment: enrolling.id, refusals: 11 });
  });
});

it.each([0, 3, 10])('reports each of %s refusals, and not again at the end', async (posts) => {
  const enrolling = await downloaded();
  await flood(enrolling, [Uint8Array.of(0)], posts);
  await stage.mobile.cancel(enrolling.user, enrolling.id);
  const rows = await refusalsOf(enrolling);
  expect(rows).toHaveLength(posts);
  expect(rows.every((detail) => detail.refusals === undefined)).toBe(true);
});

it.each(['to-confirm', 'installed'])(
  'reports requests for a certificate with wrong challenges in as few rows (%s)',
  async (state) => {
    const enrolling = await stage.enrol();
    await (state === 'installed' ? enrolling.install() : enrolling.identify());
    const key = await newPhoneKey();
    for (let request = 0; request < OF_A_KIND; request += 1)
      expect(await enrolling.ask(key, 'wrong')).toEqual({ kind: 'refused', failInfo: 'badRequest' });
    expect(await refusalsOf(enrolling)).toHaveLength(rowsOf(OF_A_KIND));
  },
);
