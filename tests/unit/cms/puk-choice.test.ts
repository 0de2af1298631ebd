import { describe, expect, it } from '@jest/globals';
import { choosePuk, type Puk, type PukTry } from '@cardwright/cms/keys';

const TRIES = 3;

/** The hidden state of a card, and what the CMS remembers of it. */
interface Position {
  readonly puk: Puk;
  readonly left: number;
  readonly fewest: number;
  readonly pukTries: readonly PukTry[];
  readonly isFinished: boolean;
}

const BLANK: Position = { puk: 'factory', left: TRIES, fewest: TRIES, pukTries: [], isFinished: false };

/** The fate of a try: it does not reach the card, its answer is lost, or it goes well. */
type Event = 'not run' | 'lost' | 'well';

function play({ puk, left, fewest, pukTries }: Position, event: Event): Position {
  const tried = choosePuk({ appliedAt: null, pukTries }, null);
  const unanswered = [...pukTries, { puk: tried, refused: false, retriesLeft: null }];
  if (event === 'not run') return { puk, left, fewest, pukTries: unanswered, isFinished: false };
  if (tried === puk) return { puk: 'own', left: TRIES, fewest, pukTries: unanswered, isFinished: event === 'well' };
  const after = { puk, left: left - 1, fewest: Math.min(fewest, left - 1), isFinished: false };
  if (event === 'lost') return { ...after, pukTries: unanswered };
  return { ...after, pukTries: [...pukTries, { puk: tried, refused: true, retriesLeft: after.left }] };
}

/** The portal stops trying when a card has reported one try left. */
const isStopped = ({ pukTries }: Position): boolean =>
  pukTries.some(({ retriesLeft }) => retriesLeft !== null && retriesLeft < 2);

/** Lists all positions that so many of these events can lead to; a finished card stays as it is. */
function positions(events: readonly Event[], count: number): Position[] {
  if (count === 0) return [BLANK];
  return positions(events, count - 1).flatMap((position) =>
    position.isFinished || isStopped(position) ? [position] : events.map((event) => play(position, event)),
  );
}

/** Lists positions if refusals always arrive, so that only answers of success are lost. */
function answeredPositions(count: number): Position[] {
  if (count === 0) return [BLANK];
  return answeredPositions(count - 1).flatMap((position) => {
    if (position.isFinished) return [position];
    const lost = play(position, 'lost');
    const isSuccess = lost.left === TRIES;
    return [play(position, 'not run'), play(position, 'well'), ...(isSuccess ? [lost] : [])];
  });
}

/** Lets tries go well until the end, which takes two at most. */
const finish = (position: Position): Position =>
  [1, 2].reduce((now) => (now.isFinished ? now : play(now, 'well')), position);

describe('the PUK of a card that cannot be asked for its counter', () => {
  it('never has fewer than two tries, however often it is interrupted, as long as refusals arrive', () => {
    const ends = answeredPositions(9).map(finish);
    expect(ends.length).toBeGreaterThan(500);
    expect(ends.every(({ isFinished, puk, left }) => isFinished && puk === 'own' && left === TRIES)).toBe(true);
    expect(Math.min(...ends.map(({ fewest }) => fewest))).toBe(2);
  });

  it('never has fewer than two tries after any two interruptions', () => {
    const ends = positions(['not run', 'lost'], 2).map(finish);
    expect(ends.every(({ isFinished, left }) => isFinished && left === TRIES)).toBe(true);
    expect(Math.min(...ends.map(({ fewest }) => fewest))).toBe(2);
  });

  it('is not blocked by any five interruptions, lost refusals among them', () => {
    const ends = positions(['not run', 'lost', 'well'], 5).map((position) => position.fewest);
    expect(Math.min(...ends)).toBeGreaterThan(0);
  });
});

describe('the choice of a PUK', () => {
  const refused = (puk: Puk, retriesLeft: number | null = 2): PukTry => ({ puk, refused: true, retriesLeft });
  const unanswered = (puk: Puk): PukTry => ({ puk, refused: false, retriesLeft: null });
  const choose = (pukTries: PukTry[], isDefault: boolean | null = null, appliedAt: Date | null = null) =>
    choosePuk({ appliedAt, pukTries }, isDefault);

  it('is certain if the card reports whether it has the factory one', () => {
    expect(choose([unanswered('factory')], true)).toBe('factory');
    expect(choose([unanswered('factory')], false)).toBe('own');
  });

  it('is the escrowed one once the whole escrow was applied', () => {
    expect(choose([], null, new Date())).toBe('own');
    expect(choose([unanswered('own')], null, new Date())).toBe('own');
  });

  it('is never a refused one', () => {
    expect(choose([unanswered('factory'), refused('factory')])).toBe('own');
    expect(choose([unanswered('factory'), unanswered('factory'), refused('own')])).toBe('factory');
  });

  it('is missing when the card can have neither', () => {
    expect(() => choose([refused('factory')])).toThrow(expect.objectContaining({ code: 'PUK_INCORRECT' }));
    expect(() => choose([refused('own')], null, new Date())).toThrow(
      expect.objectContaining({ code: 'PUK_INCORRECT' }),
    );
  });

  it('is tried again if its refusal left the tries unchanged: the card had not checked it', () => {
    const after = [unanswered('factory'), refused('factory'), refused('own')];
    expect(choose(after)).toBe('own');
    expect(() => choose([...after, refused('own')])).toThrow(expect.objectContaining({ code: 'PUK_INCORRECT' }));
    expect(() => choose([...after, refused('own', 1)])).toThrow(expect.objectContaining({ code: 'LAST_TRY' }));
  });

  it('is missing when only one try is left', () => {
    expect(() => choose([unanswered('factory'), refused('factory', 1)])).toThrow(
      expect.objectContaining({ code: 'LAST_TRY', data: expect.objectContaining({ retriesLeft: 1 }) }),
    );
  });
});

describe('the PUK of a card with that of an older escrow or the new one', () => {
  const refused = (puk: Puk, retriesLeft: number | null = 2): PukTry => ({ puk, refused: true, retriesLeft });
  const used = (puk: Puk): PukTry => ({ puk, refused: false, retriesLeft: null, isKept: true });
  const applied = (puk: Puk): PukTry => ({ puk, refused: false, retriesLeft: null });
  const choose = (pukTries: PukTry[], isApplied = false, isDefault: boolean | null = false) =>
    choosePuk({ appliedAt: isApplied ? new Date() : null, pukTries, before: 'previous' }, isDefault);

  it('is the older one while the new one was never sent', () => {
    expect(choose([])).toBe('previous');
    expect(choose([used('previous'), used('previous')])).toBe('previous');
  });

  it('is first the older one if the new one may be there, and then the new one', () => {
    expect(choose([applied('previous')])).toBe('previous');
    expect(choose([applied('previous'), refused('previous')])).toBe('own');
  });

  it('is the one whose worst outcome leaves the most tries', () => {
    // If wrong, the older one may have cost two tries already; the new one would be the first of its kind.
    expect(choose([applied('previous'), used('previous'), used('previous')])).toBe('own');
  });

  it('is the new one once that was applied, and the older one only if the card refuses it', () => {
    expect(choose([], true)).toBe('own');
    expect(choose([refused('own')], true)).toBe('previous');
    expect(() => choose([refused('own'), refused('previous', 1)], true)).toThrow(
      expect.objectContaining({ code: 'LAST_TRY' }),
    );
  });

  it('is not revealed by a card that reports that it has no factory PUK', () => {
    expect(choose([applied('previous'), refused('previous')], false, true)).toBe('own');
    expect(choose([applied('previous')], false, null)).toBe('previous');
  });

  it('is still possible if the card refused it without counting: it had not checked it', () => {
    expect(choose([applied('previous'), refused('previous', 2), refused('own', 2)])).toBe('own');
    expect(() => choose([applied('previous'), refused('previous', 3), refused('own', 2)])).toThrow(
      expect.objectContaining({ code: 'PUK_INCORRECT' }),
    );
  });

  it('is missing if the card has refused both', () => {
    expect(() => choose([refused('own', null), refused('previous', null)], true)).toThrow(
      expect.objectContaining({ code: 'PUK_INCORRECT' }),
    );
  });
});

describe('the PUK of a card that refused its new PUK after it had reported that it has it', () => {
  const given = (puk: Puk): PukTry => ({ puk, refused: false, retriesLeft: null });
  const refused = (puk: Puk, retriesLeft: number | null): PukTry => ({ puk, refused: true, retriesLeft });
  const contradicted = (puk: Puk, retriesLeft: number | null): PukTry => ({
    ...refused(puk, retriesLeft),
    isContradiction: true,
  });

  it.each([2, 14, null])('is the former one, with %s tries left', (left) => {
    expect(choosePuk({ appliedAt: null, pukTries: [given('factory'), contradicted('own', left)] }, null)).toBe(
      'factory',
    );
  });

  it.each([
    [2, 2],
    [15, 2],
    [null, 2],
  ])('is the new one if the card refuses the former one too, with %s tries and then %s', (left, then) => {
    for (const before of ['factory', 'previous'] as const) {
      const pukTries = [given(before), contradicted('own', left), given(before), refused(before, then)];
      expect(choosePuk({ appliedAt: null, pukTries, before }, null)).toBe('own');
    }
    const pukTries = [{ ...given('own'), isUndone: true }, contradicted('factory', left), refused('own', then)];
    expect(choosePuk({ appliedAt: new Date(), pukTries }, null)).toBe('factory');
  });

  it.each([
    ['the card tells no tries, so the next could be its last', [refused('factory', null)], 'PUK_INCORRECT'],
    ['the card has one try left', [refused('factory', 1)], 'LAST_TRY'],
    ['the card refuses both again', [refused('factory', 13), refused('own', 12)], 'PUK_INCORRECT'],
  ])('is not tried if %s', (_what, then, code) => {
    const pukTries = [given('factory'), contradicted('own', 14), ...then];
    expect(() => choosePuk({ appliedAt: null, pukTries }, null)).toThrow(expect.objectContaining({ code }));
  });

  it.each([1, 0])('is not tried if the card reported %i tries with its refusal', (left) => {
    expect(() => choosePuk({ appliedAt: null, pukTries: [given('factory'), contradicted('own', left)] }, null)).toThrow(
      expect.objectContaining({ code: 'LAST_TRY' }),
    );
  });
});

describe('the PUK of a card during its erasure', () => {
  const undone = (puk: Puk): PukTry => ({ puk, refused: false, retriesLeft: null, isUndone: true });
  const refused = (puk: Puk, retriesLeft: number | null = 2): PukTry => ({
    ...undone(puk),
    refused: true,
    retriesLeft,
  });
  const choose = (pukTries: PukTry[], isDefault: boolean | null = null) =>
    choosePuk({ appliedAt: new Date(), pukTries }, isDefault);

  it('is the escrowed one first, even when the factory’s may be there', () => {
    expect(choose([])).toBe('own');
    expect(choose([undone('own')])).toBe('own');
  });

  it('is the factory’s if the card refuses the escrowed one', () => {
    expect(choose([undone('own'), refused('own')])).toBe('factory');
    expect(choose([undone('own'), refused('own'), undone('factory')])).toBe('factory');
  });

  it('is known from a card that reports which it has', () => {
    expect(choose([undone('own')], true)).toBe('factory');
    expect(choose([undone('own')], false)).toBe('own');
  });

  it('is missing if the card was never to have the factory’s', () => {
    expect(() => choose([refused('own')])).toThrow(expect.objectContaining({ code: 'PUK_INCORRECT' }));
  });

  it('never has fewer than two tries, however often it is interrupted, as long as refusals arrive', () => {
    const start: Position = { ...BLANK, puk: 'own' };
    const undo = (position: Position, event: Event): Position => {
      const { puk, left, fewest, pukTries, isFinished } = position;
      if (isFinished) return position;
      const tried = choosePuk({ appliedAt: new Date(), pukTries }, null);
      const sent = [...pukTries, undone(tried)];
      if (event === 'not run') return { ...position, pukTries: sent };
      if (tried === puk) return { puk: 'factory', left: TRIES, fewest, pukTries: sent, isFinished: event === 'well' };
      const after = left - 1;
      const known = [...pukTries, refused(tried, after)];
      return { puk, left: after, fewest: Math.min(fewest, after), pukTries: known, isFinished: false };
    };
    const events = ['not run', 'lost', 'well'] as const;
    const after = (sessions: number): Position[] =>
      sessions === 0 ? [start] : after(sessions - 1).flatMap((one) => events.map((event) => undo(one, event)));
    const ends = after(7).map((one) => undo(undo(one, 'well'), 'well'));
    expect(ends.every(({ isFinished, puk, left }) => isFinished && puk === 'factory' && left === TRIES)).toBe(true);
    expect(Math.min(...ends.map(({ fewest }) => fewest))).toBe(2);
  });
});
