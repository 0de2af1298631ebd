import { CardwrightError, MIN_TRIES } from '@cardwright/protocol';

/** A PUK that a card may have: its factory's, that of the escrow before, or that of the escrow which is being applied. */
export type Puk = 'factory' | 'previous' | 'own';

/** A PUK that went to a host to be tried. */
export interface PukTry {
  readonly puk: Puk;
  /** Whether the card said that it was wrong. Otherwise it is unknown whether it was tried, and how that ended. */
  readonly refused: boolean;
  /** Tries that the card then had left, where it said so. */
  readonly retriesLeft: number | null;
  /** Whether the card keeps the PUK that was tried; by default it gets the escrow's own. */
  readonly isKept?: boolean;
  /** Whether it gets its factory's again, because it is being erased. */
  readonly isUndone?: boolean;
}

/** A try as an escrow keeps it. */
export interface KeptPukTry extends PukTry {
  /** The factory's PUK as it was then, sealed for storage, because an operator may correct it. Null for every other PUK. */
  readonly factoryPuk: string | null;
}

/** What is known of how far an escrow was applied to its card. */
export interface PukHistory {
  readonly appliedAt: Date | null;
  readonly pukTries: readonly PukTry[];
  /** What the card had before: its factory's PUK, where that is left out, or that of an older escrow. */
  readonly before?: 'factory' | 'previous';
}

/** By PUK: how many wrong tries the card may have counted, if it has that one; null where it cannot have it. */
type Knowledge = Readonly<Record<Puk, number | null>>;

/**
 * The PUK to try next. The one of before comes first, because its refusal settles the matter for good: then the escrow's is on the
 * card. One that was refused is not tried again, unless the other was refused since. What went out and was not answered may
 * have been refused too, so the choice is the one whose worst outcome leaves the most tries.
 *
 * With that, no card is left with fewer than two of its three tries as long as refusals arrive, however often and wherever
 * else it is interrupted; nor by any two interruptions. (Nobody can promise more: a card that cannot be asked for its
 * counter looks the same before a wrong try and after it.)
 *
 * An escrow that was applied comes first, and the older one after it only where the card refuses it: a card may have said that it
 * changed its PUK, and not done so. The factory's can be on such a card only where an erasure was to put it there.
 *
 * @param isDefault whether the card itself says that it has the factory's; null where it does not tell
 * @throws CardwrightError `PUK_INCORRECT` when it can have none of them, `LAST_TRY`
 */
export function choosePuk(
  { appliedAt, pukTries: answered, before = 'factory' }: PukHistory,
  isDefault: boolean | null,
): Puk {
  const pukTries = answered.map((one, index) => (repeats(one, answered[index - 1]) ? { ...one, refused: false } : one));
  const refusal = pukTries.findLast(({ refused }) => refused);
  const retriesLeft = refusal?.retriesLeft ?? null;
  if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
  const known = pukTries.reduce(learn, startOf(appliedAt !== null, before));
  const order = new Set<Puk>([...(appliedAt ? (['own', before] as const) : ([before, 'own'] as const)), 'factory']);
  const possible = [...order].filter((puk) => known[puk] !== null && puk !== refusal?.puk);
  // Between two PUKs of ours this tells nothing.
  const told = possible.filter((puk) => isDefault === (puk === 'factory'));
  const [choice] = (told.length > 0 ? told : possible).sort((a, b) => riskOf(known, a) - riskOf(known, b));
  if (!choice) throw new CardwrightError('PUK_INCORRECT', { retriesLeft });
  return choice;
}

/**
 * Whether a refusal is the answer of the one before, and says nothing of this PUK: of two that were refused in a row the second leaves
 * one try less.
 */
const repeats = ({ puk, refused, retriesLeft }: PukTry, earlier: PukTry | undefined): boolean =>
  refused &&
  earlier?.refused === true &&
  earlier.puk !== puk &&
  retriesLeft !== null &&
  retriesLeft === earlier.retriesLeft;

const PUKS: readonly Puk[] = ['factory', 'previous', 'own'];

/** The factory's is gone for good once an escrow was applied: it took the new one to set the PIN. */
function startOf(isApplied: boolean, before: 'factory' | 'previous'): Knowledge {
  const none = { factory: null, previous: null, own: null };
  if (isApplied) return { ...none, own: 0, ...(before === 'previous' ? { previous: 0 } : {}) };
  return { ...none, [before]: 0 };
}

/** Wrong tries that the card may have counted, if this one is wrong; none where it cannot be. */
const riskOf = (known: Knowledge, puk: Puk): number =>
  Math.max(...PUKS.map((other) => (other === puk ? -1 : (known[other] ?? -1)))) + 1;

function learn(known: Knowledge, { puk, refused, isKept = false, isUndone = false }: PukTry): Knowledge {
  const wrong = (other: Puk): number | null => {
    const before = known[other];
    if (other === puk) return refused ? null : before;
    return before === null ? null : before + 1;
  };
  const after: Knowledge = { factory: wrong('factory'), previous: wrong('previous'), own: wrong('own') };
  // If it was accepted, this one is on the card.
  const next = isKept ? puk : isUndone ? 'factory' : 'own';
  const mayBeReplaced = !refused && known[puk] !== null && after[next] === null;
  return mayBeReplaced ? { ...after, [next]: 0 } : after;
}
