import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eligibilityAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { CmsUser, type Answer } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms, WIDE_QUOTAS } from '../support/test-cms.js';
import { ALICE, BOB, OSCAR } from '../support/test-people.js';
import { everyOrOneIn } from '../../support/thorough.js';

/** Attack: someone asks about cards they do not have, to learn which serial numbers are issued or to keep the CMS busy. */

const CARDS = 600;
const OTHERS = 20;
const QUOTAS = { ...WIDE_QUOTAS, cardsPerHour: CARDS, othersCardsPerHour: OTHERS };
const HOUR = 60 * 60 * 1000;
const RANGE = 1000;
const FIRST = 30_000_000;
const REFUSED = { status: 429, code: 'RATE_LIMITED' };
const FOREIGN = 'This device belongs to someone else.';

let cms: TestCms;
let bob: CmsUser;
let oscar: CmsUser;
/** A host's description of a blank security key. */
let blank: DeviceInfo;

beforeEach(async () => {
  cms = await TestCms.open({ policy: { slots: FEW_SLOTS }, quotas: QUOTAS });
  [bob, oscar] = [new CmsUser(cms, BOB), new CmsUser(cms, OSCAR)];
  blank = await new TestCard('yubikey', String(FIRST), null).describe('blank');
});
afterEach(() => {
  jest.restoreAllMocks();
});

const serialAt = (place: number): string => String(FIRST + place);
const cardAt = (place: number): DeviceInfo => ({ ...blank, id: `card ${place}`, serial: serialAt(place) });

/** Issues proved cards with these serial numbers of the range to Alice. */
async function issueTo(places: readonly number[]): Promise<void> {
  const alice = new CmsUser(cms, ALICE);
  const card = cms.newCard('yubikey');
  expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
  const issued = cms.deviceOf(card);
  await cms.store.transaction(async (transaction) => {
    for (const place of places) {
      const own = {
        id: randomUUID(),
        guid: randomUUID(),
        serial: serialAt(place),
        identity: `root:serial:${serialAt(place)}`,
      };
      await transaction.insertDevice({ ...issued, ...own });
    }
  });
}

const everyPlace = Array.from({ length: RANGE }, (_, place) => place);
const everySecond = everyPlace.filter((place) => place % 2 === 0);

const ask = (user: CmsUser, places: readonly number[]): Promise<Answer> =>
  user.post('devices/eligibility', { kind: 'issue', devices: places.map(cardAt) });

/** Returns the cards that an answer calls someone else's. */
const foreignIn = ({ body }: Answer): string[] =>
  v.is(eligibilityAnswer, body)
    ? body.devices.filter(({ reason }) => reason === FOREIGN).map(({ device }) => device)
    : [];

async function inTurn(requests: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await request());
  return answers;
}

const inPieces = (size: number): number[][] =>
  Array.from({ length: Math.ceil(RANGE / size) }, (_, piece) => everyPlace.slice(piece * size, (piece + 1) * size));

/** Starts an operation on a card, whose refusal reveals the same. */
async function start(user: CmsUser, place: number): Promise<Answer> {
  const { startRequest } = await user.openHost(new TestCard('yubikey', serialAt(place), null));
  return user.post('operations', startRequest);
}

describe('a scan of 1,000 serial numbers, half of them issued to someone else', () => {
  it.each(
    everyOrOneIn<[string, () => Promise<Answer[]>]>(3, [
      ['one by one', () => inTurn(everyPlace.map((place) => () => ask(bob, [place])))],
      ['eight in a request', () => inTurn(inPieces(8).map((places) => () => ask(bob, places)))],
      ['64 in a request', () => inTurn(inPieces(64).map((places) => () => ask(bob, places)))],
      ['one by one, all at once', () => Promise.all(everyPlace.map((place) => ask(bob, [place])))],
      ['eight in a request, all at once', () => Promise.all(inPieces(8).map((places) => ask(bob, places)))],
      [
        'backwards, each twice',
        () => inTurn(everyPlace.toReversed().flatMap((place) => [() => ask(bob, [place]), () => ask(bob, [place])])),
      ],
    ]),
  )('%s, reveals 20 of them', async (_how, scan) => {
    await issueTo(everySecond);
    const answers = await scan();
    const told = new Set(answers.flatMap(foreignIn));
    expect(told.size).toBeLessThanOrEqual(OTHERS);
    for (const answer of answers) if (answer.status !== 200) expect(answer).toMatchObject(REFUSED);
    // Refusals distinguish none of the others: after the first, all are refused.
    const firstRefused = answers.findIndex(({ status }) => status !== 200);
    expect(firstRefused).toBeGreaterThanOrEqual(0);
    expect(answers.slice(firstRefused).every(({ status }) => status !== 200)).toBe(true);
  });

  it('reveals no more by starting operations, or by both ways in turn', async () => {
    await issueTo(everySecond);
    const answers = await inTurn(
      everyPlace.slice(0, 100).map((place) => () => (place % 4 < 2 ? ask(bob, [place]) : start(bob, place))),
    );
    const started = answers.filter(({ code }) => code === 'DEVICE_NOT_ELIGIBLE').length;
    expect(answers.flatMap(foreignIn).length + started).toBe(OTHERS);
    expect(answers.slice(50).map(({ code }) => code)).toEqual(Array(50).fill('RATE_LIMITED'));
  });

  it('reveals nothing once refused: issued and other cards get the same answer', async () => {
    await issueTo(everySecond);
    await ask(bob, everySecond.slice(0, OTHERS + 1));
    for (const place of [900, 901, 902, 903]) {
      expect(await ask(bob, [place])).toMatchObject(REFUSED);
      expect(await start(bob, place)).toMatchObject(REFUSED);
    }
    expect((await ask(bob, [900])).body).toEqual((await ask(bob, [901])).body);
  });
});

describe('a scan of serial numbers of which none is issued', () => {
  it.each(everyOrOneIn(3, [1, 10, 60]))('is answered for 600 of them, %s in a request', async (size) => {
    const answers = await inTurn(inPieces(size).map((places) => () => ask(bob, places)));
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered).toHaveLength(CARDS / size);
    expect(answers.slice(answered.length)).toEqual(
      answers.slice(answered.length).map(() => expect.objectContaining(REFUSED)),
    );
  });

  it('is refused too when requests name no card at all', async () => {
    const answers = await inTurn(Array.from({ length: CARDS + 1 }, () => () => ask(bob, [])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(CARDS);
  });
});

describe('ordinary questions', () => {
  it('count one card of someone else once, however often a wizard asks', async () => {
    await issueTo(everySecond);
    for (let time = 0; time < 100; time += 1) expect(foreignIn(await ask(bob, [0, 1]))).toEqual(['card 0']);
    expect(foreignIn(await ask(bob, everySecond.slice(0, OTHERS)))).toHaveLength(OTHERS);
    expect(await ask(bob, [everySecond.at(OTHERS) ?? 0])).toMatchObject(REFUSED);
  });

  it('count for each person separately', async () => {
    await issueTo(everySecond);
    await ask(bob, everySecond.slice(0, 60));
    expect(await ask(bob, [0])).toMatchObject(REFUSED);
    expect(foreignIn(await ask(oscar, [0]))).toEqual(['card 0']);
  });

  it('are free for own cards, even for a refused scanner', async () => {
    await issueTo(everySecond);
    const card = cms.newCard('yubikey');
    expect(await bob.issue(card)).toMatchObject({ deviceState: 'active' });
    for (let time = 0; time < 2 * OTHERS; time += 1)
      expect((await bob.judge(card)).reason).toMatch(/already set up for you/);
    expect(foreignIn(await ask(bob, [0]))).toEqual(['card 0']);
    await ask(bob, everySecond.slice(0, 60));
    expect(await ask(bob, [1])).toMatchObject(REFUSED);
    expect((await bob.judge(card)).reason).toMatch(/already set up for you/);
  });

  it('are answered again in the next hour', async () => {
    await issueTo(everySecond);
    await ask(bob, everySecond.slice(0, 60));
    expect(await ask(bob, [1])).toMatchObject(REFUSED);
    const later = Date.now() + HOUR;
    jest.spyOn(Date, 'now').mockReturnValue(later - 1000);
    expect(await ask(bob, [1])).toMatchObject(REFUSED);
    jest.spyOn(Date, 'now').mockReturnValue(later + 1000);
    expect(foreignIn(await ask(bob, everySecond.slice(40, 60)))).toHaveLength(OTHERS);
    expect(await ask(bob, [0])).toMatchObject(REFUSED);
  });
});
