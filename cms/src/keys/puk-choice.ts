import { CardwrightError } from '@cardwright/protocol';
import { MIN_TRIES } from '@cardwright/protocol/devices';

/** A PUK that a card may have: the factory PUK, the PUK of an older escrow (`previous`), or the PUK of the escrow that is being applied (`own`). */
export type Puk = 'factory' | 'previous' | 'own';

/** A PUK that was sent to a host to be tried. */
export interface PukTry {
  readonly puk: Puk;
  /** True if the card reported the PUK as wrong. If false, it is unknown whether the PUK was tried, and with which result. */
  readonly refused: boolean;
  /** Tries that the card had left afterwards; null if the card did not report them. */
  readonly retriesLeft: number | null;
  /**
   * True if the card keeps the PUK that was tried. If neither this nor `isUndone` is true, a card that accepts the PUK gets the PUK of the escrow.
   */
  readonly isKept?: boolean;
  /** True if the card gets its factory PUK back, because it is being erased. */
  readonly isUndone?: boolean;
  /** True if the card refused this PUK after it had reported that it got it. One of its two answers is false. */
  readonly isContradiction?: boolean;
}

/** A try as an escrow stores it. */
export interface KeptPukTry extends PukTry {
  /** The factory PUK at that time, sealed for storage, because an operator may correct it later. Null for every other PUK. */
  readonly factoryPuk: string | null;
}

/** Known progress of applying an escrow to its card. */
export interface PukHistory {
  readonly appliedAt: Date | null;
  readonly pukTries: readonly PukTry[];
  /** The card's PUK before this escrow: the factory PUK by default, or the PUK of an older escrow. */
  readonly before?: 'factory' | 'previous';
}

/** For each PUK, the largest number of wrong tries that the card may have counted if it has that PUK; null if the card cannot have that PUK. */
type Knowledge = Readonly<Record<Puk, number | null>>;

/**
 * Chooses the PUK to try next.
 *
 * The former PUK comes first, because its refusal settles the matter: the card then has the escrow's PUK. A refused PUK is not tried again,
 * unless another PUK was refused since. A try without an answer may have been refused too, so the choice is the PUK whose worst outcome leaves
 * the most tries.
 *
 * As long as the answers of refused tries arrive, no card is left with fewer than two of its three tries, however often other answers are lost.
 * Nor do two lost answers of any kind leave the card with fewer. (More is impossible: a card that does not reveal its retry counter looks the
 * same before a wrong try and after it.)
 *
 * If the escrow was applied, its PUK comes first. The older PUK follows only if the card refuses the escrow's PUK, because a card may have
 * reported a change of its PUK without making the change. Such a card can have the factory PUK only if an erasure was to restore it.
 *
 * @param isDefault true if the card reports that it has the factory PUK, false if it reports another PUK; null if it reports neither
 * @throws CardwrightError `PUK_INCORRECT` if the card can have none of the PUKs, `LAST_TRY` if it reported fewer than two tries left
 * @example
 * choosePuk({ appliedAt: null, pukTries: [] }, null); // 'factory'
 */
export function choosePuk(
  { appliedAt, pukTries: answered, before = 'factory' }: PukHistory,
  isDefault: boolean | null,
): Puk {
  const pukTries = answered.map((one, index) =>
    repeats(one, answered[index - 1]) || isFalse(one, answered.slice(index + 1)) ? { ...one, refused: false } : one,
  );
  const refusal = pukTries.findLast(({ refused }) => refused);
  const retriesLeft = refusal?.retriesLeft ?? null;
  if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
  const known = pukTries.reduce(learn, startOf(appliedAt !== null, before));
  const order = new Set<Puk>([...(appliedAt ? (['own', before] as const) : ([before, 'own'] as const)), 'factory']);
  const possible = [...order].filter((puk) => known[puk] !== null && puk !== refusal?.puk);
  // The card's report tells the factory PUK from the others, but not the PUKs of two escrows from each other.
  const told = possible.filter((puk) => isDefault === (puk === 'factory'));
  const [choice] = (told.length > 0 ? told : possible).sort((a, b) => riskOf(known, a) - riskOf(known, b));
  if (!choice) throw new CardwrightError('PUK_INCORRECT', { retriesLeft });
  return choice;
}

/**
 * True if a refusal repeats the answer of the refusal before it, and so says nothing about this PUK. Of two real refusals in a row, the second
 * leaves one try fewer.
 */
const repeats = ({ puk, refused, retriesLeft }: PukTry, earlier: PukTry | undefined): boolean =>
  refused &&
  earlier?.refused === true &&
  earlier.isContradiction !== true &&
  earlier.puk !== puk &&
  retriesLeft !== null &&
  retriesLeft === earlier.retriesLeft;

/**
 * True if a card refused a PUK that it had reported to have, and then refused the PUK before it too: its refusal was false, and not its report. A card
 * that does not report its tries is not believed this, because the next wrong PUK could be its last try.
 */
const isFalse = ({ puk, isContradiction = false }: PukTry, later: readonly PukTry[]): boolean =>
  isContradiction && later.some((one) => one.refused && one.puk !== puk && one.retriesLeft !== null);

const PUKS: readonly Puk[] = ['factory', 'previous', 'own'];

/**
 * Returns the knowledge before any try. If the escrow was applied, the card no longer has its factory PUK: the initial PIN could be set
 * only with the new PUK.
 */
function startOf(isApplied: boolean, before: 'factory' | 'previous'): Knowledge {
  const none = { factory: null, previous: null, own: null };
  if (isApplied) return { ...none, own: 0, ...(before === 'previous' ? { previous: 0 } : {}) };
  return { ...none, [before]: 0 };
}

/** Returns the largest number of wrong tries that the card may have counted after this PUK was tried and refused; 0 if it cannot be refused. */
const riskOf = (known: Knowledge, puk: Puk): number =>
  Math.max(...PUKS.map((other) => (other === puk ? -1 : (known[other] ?? -1)))) + 1;

/** Returns the PUK that a card has after it accepted the PUK that was tried. */
export const pukAfter = ({ puk, isKept = false, isUndone = false }: PukTry): Puk =>
  isKept ? puk : isUndone ? 'factory' : 'own';

function learn(known: Knowledge, tried: PukTry): Knowledge {
  const { puk, refused } = tried;
  const wrong = (other: Puk): number | null => {
    const before = known[other];
    if (other === puk) return refused ? null : before;
    return before === null ? null : before + 1;
  };
  const after: Knowledge = { factory: wrong('factory'), previous: wrong('previous'), own: wrong('own') };
  const next = pukAfter(tried);
  const mayBeReplaced = !refused && known[puk] !== null && after[next] === null;
  return mayBeReplaced ? { ...after, [next]: 0 } : after;
}
