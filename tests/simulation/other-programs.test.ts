import { afterAll, describe, expect, it } from '@jest/globals';
import { PcscError, PCSC_CODE } from '@cardwright/native-host/in-process';
import { SWEPT_PROFILES } from './support/swept-profiles.js';
import type { PcscProgram } from './support/pcsc-program.js';
import { findFlaws, findLosses } from './support/soundness.js';
import { StartingPoints } from './support/starting-points.js';
import { SUBJECTS } from './support/swept-operations.js';
import type { Disturbance, Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

const SELECT_ANOTHER = '00A4040008A000000527471117';
const WRONG_PIN = '0020008008393939393939FFFF';
/** An APDU in the middle of an issuance. */
const LEFT_AT = 25;
const ISSUANCES = SUBJECTS.filter(({ operation }) => operation === 'issue');

/** Ways in which another program that is connected tries to disturb. */
const DISTURBANCES: readonly (readonly [name: string, disturb: (program: PcscProgram) => Promise<unknown>])[] = [
  ['selects another application', (program) => program.transmit(SELECT_ANOTHER)],
  ['enters a wrong PIN', (program) => program.transmit(WRONG_PIN)],
  ['resets the card', (program) => program.reconnect('reset')],
  ['resets the card as it releases it', (program) => program.disconnect('reset')],
  ['begins a transaction', (program) => program.begin()],
];

const points = new StartingPoints();
afterAll(() => points.close());

/** The service keeps other programs from a card that is open. `service-rules.ts` shows that the real one does, too. */
describe.each(everyOrOneIn(3, ISSUANCES))('at each APDU of the issuance of a $profile card', (subject) => {
  it('another program cannot connect to a card that the host has alone', async () => {
    const workplace = await (await points.of(subject)).open();
    const attempts: Promise<string>[] = [];
    await issue(workplace, subject.profile, {
      ambushes: atEachApdu(() => {
        for (const mode of ['shared', 'exclusive'] as const)
          attempts.push(outcomeOf(workplace.program().connect(mode)));
      }),
    });
    expect(attempts).toHaveLength(2 * workplace.apdusOfOperation);
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['SHARING_VIOLATION']));
  });

  it('another program waits in vain beside a card that it shares with the host', async () => {
    const workplace = await (await points.of(subject)).open();
    const early: string[] = [];
    let isOpen = true;
    const outcomes = new Map<string, Set<string>>(DISTURBANCES.map(([name]) => [name, new Set()]));
    const waiting: Promise<void>[] = [];
    const disturb = async (program: PcscProgram, [name, act]: (typeof DISTURBANCES)[number]): Promise<void> => {
      const outcome = await outcomeOf(act(program));
      if (isOpen) early.push(name);
      outcomes.get(name)?.add(outcome);
    };
    // A disturbance waits, so each has a program of its own.
    const programs = Array.from({ length: DISTURBANCES.length * MOST_APDUS }, () => workplace.program());
    await issue(workplace, subject.profile, {
      beforeOpen: async () => {
        await Promise.all(programs.map((program) => program.connect('shared')));
      },
      ambushes: atEachApdu(() => {
        for (const one of DISTURBANCES) waiting.push(disturb(programs.pop() ?? workplace.program(), one));
      }),
      beforeClose: () => void (isOpen = false),
    });
    await Promise.all(waiting);
    expect(waiting).toHaveLength(DISTURBANCES.length * workplace.apdusOfOperation);
    // It is told of the reset at the opening without waiting.
    expect(new Set(early)).toEqual(new Set(['begins a transaction']));
    expect(Object.fromEntries(outcomes)).toEqual({
      'selects another application': new Set(['RESET_CARD']),
      'enters a wrong PIN': new Set(['RESET_CARD']),
      'resets the card': new Set(['ok']),
      'resets the card as it releases it': new Set(['ok']),
      'begins a transaction': new Set(['RESET_CARD']),
    });
    expect(await findLosses(workplace)).toEqual([]);
  });
});

describe('between two sessions of an issuance', () => {
  it.each(everyOrOneIn(2, ['yubikey', 'piv']))(
    'another program uses a %s card twice, and spends its own try alone',
    async (profile) => {
      const workplace = await (await points.of({ operation: 'issue', profile })).open();
      const triesBefore = workplace.card.tries;
      const left = await workplace.session('issue', {
        ambushes: (session) => [
          {
            at: LEFT_AT,
            strike: () => {
              session.leave();
              session.intrude();
            },
          },
        ],
      });
      expect(left).toMatchObject({ kind: 'error' });
      const end = await workplace.session('issue');
      expect(end).toMatchObject({ kind: 'answered', answer: { state: 'done', deviceState: 'active' } });
      expect(workplace.intruder.uses).toEqual(['disturbed', 'logged in']);
      expect(workplace.card.fewestTries).toBe(Math.min(...triesBefore) - 1);
      expect(await findLosses(workplace)).toEqual([]);
      expect(await findFlaws(workplace, triesBefore)).toEqual([]);
    },
  );
});

/** Issues the card in one session, and demands that nothing is lost or missing. */
async function issue(
  workplace: Workplace,
  profile: keyof typeof SWEPT_PROFILES,
  disturbance: Disturbance,
): Promise<void> {
  const triesBefore = workplace.card.tries;
  const { endsIn } = SWEPT_PROFILES[profile];
  const end = await workplace.session('issue', disturbance);
  expect(end).toMatchObject({ kind: 'answered', answer: { state: 'done', deviceState: endsIn } });
  expect(await findLosses(workplace)).toEqual([]);
  if (endsIn === 'active') expect(await findFlaws(workplace, triesBefore)).toEqual([]);
}

/** More APDUs than any issuance has. */
const MOST_APDUS = 200;

/** Strikes at every APDU from `device.open` on. */
const atEachApdu =
  (strike: () => void): NonNullable<Disturbance['ambushes']> =>
  () =>
    Array.from({ length: MOST_APDUS }, (_, index) => ({ at: index + 1, strike }));

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (!(error instanceof PcscError)) throw error;
    return Object.entries(PCSC_CODE).find(([, code]) => code === error.code)?.[0] ?? String(error.code);
  }
}
