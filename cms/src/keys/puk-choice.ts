import { CardwrightError, MIN_TRIES } from '@cardwright/protocol';

/** A PUK that a card may have: its factory's, or that of the escrow which is being applied. */
export type Puk = 'factory' | 'own';

/** A PUK that went to a host to be tried. */
export interface PukTry {
  readonly puk: Puk;
  /** Whether the card said that it was wrong. Otherwise it is unknown whether it was tried, and how that ended. */
  readonly refused: boolean;
  /** Tries that the card then had left, where it said so. */
  readonly retriesLeft: number | null;
}

/** A try as an escrow keeps it. */
export interface KeptPukTry extends PukTry {
  /** The factory's PUK as it was then, sealed for storage, because an operator may correct it. Null for the escrow's own PUK. */
  readonly factoryPuk: string | null;
}

/** What is known of how far an escrow was applied to its card. */
export interface PukHistory {
  readonly appliedAt: Date | null;
  readonly pukTries: readonly PukTry[];
}

/** By PUK: how many wrong tries the card may have counted, if it has that one; null where it cannot have it. */
type Knowledge = Readonly<Record<Puk, number | null>>;

/**
 * The PUK to try next. The factory's comes first, because its refusal settles the matter for good: then the escrow's is on the
 * card. One that was refused is not tried again, unless the other was refused since. What went out and was not answered may
 * have been refused too, so the choice is the one whose worst outcome leaves the most tries.
 *
 * With that, no card is left with fewer than two of its three tries as long as refusals arrive, however often and wherever
 * else it is interrupted; nor by any two interruptions. (Nobody can promise more: a card that cannot be asked for its
 * counter looks the same before a wrong try and after it.)
 *
 * @param isDefault whether the card itself says that it has the factory's; null where it does not tell
 * @throws CardwrightError `PUK_INCORRECT` when it can have neither, `LAST_TRY`
 */
export function choosePuk({ appliedAt, pukTries }: PukHistory, isDefault: boolean | null): Puk {
  const refusal = pukTries.findLast(({ refused }) => refused);
  const retriesLeft = refusal?.retriesLeft ?? null;
  if (retriesLeft !== null && retriesLeft < MIN_TRIES) throw new CardwrightError('LAST_TRY', { retriesLeft });
  const start: Knowledge = appliedAt ? { factory: null, own: 0 } : { factory: 0, own: null };
  const known = pukTries.reduce(learn, start);
  const possible = PUKS.filter((puk) => known[puk] !== null && puk !== refusal?.puk);
  const told = possible.find((puk) => isDefault === (puk === 'factory'));
  const [best] = possible.sort((a, b) => riskOf(known, a) - riskOf(known, b));
  const choice = told ?? best;
  if (!choice) throw new CardwrightError('PUK_INCORRECT', { retriesLeft });
  return choice;
}

/** The likelier one first: it is taken when the risks are equal. */
const PUKS: readonly Puk[] = ['factory', 'own'];
const OTHER: Readonly<Record<Puk, Puk>> = { factory: 'own', own: 'factory' };

/** Wrong tries that the card may have counted, if this one is wrong; none where it cannot be. */
const riskOf = (known: Knowledge, puk: Puk): number => (known[OTHER[puk]] ?? -1) + 1;

function learn(known: Knowledge, { puk, refused }: PukTry): Knowledge {
  const other = OTHER[puk];
  const wrong = known[other] === null ? null : known[other] + 1;
  if (refused) return puk === 'own' ? { factory: wrong, own: null } : { factory: null, own: wrong };
  if (puk === 'own') return { factory: wrong, own: known.own };
  // If it was accepted, the escrow's own PUK is on the card.
  return { factory: known.factory, own: wrong ?? (known.factory === null ? null : 0) };
}
