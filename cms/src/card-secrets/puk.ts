import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { openEscrow } from '../devices/escrow.js';
import type { KeyRing } from '../keys/key-ring.js';
import { choosePuk, pukAfter, type KeptPukTry, type Puk, type PukTry } from '../keys/puk-choice.js';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Escrow } from '../store/rows.js';

/** Label under which the factory PUK is sealed in an escrow's tries. */
const LABEL = 'tried-puk';

/** The escrow of a card's newest PUK, and the escrow of the PUK before it. */
export interface PukPair {
  /** Escrow of the newest PUK. It also records the PUKs that were tried. */
  readonly newest: Escrow;
  /** Escrow of the PUK before the newest, if the card may still have that PUK; undefined if no escrow has such a PUK. */
  readonly previous: Escrow | undefined;
}

/**
 * Returns the escrows of the PUKs that an issued device may have: the newest escrow whose PUK is not dropped and, if there is one, the next such
 * escrow. Returns undefined if the PUK of every escrow is dropped.
 */
export function keptPuks({ escrows }: DeviceRecord): PukPair | undefined {
  const [newest, previous] = escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);
  return newest && { newest, previous };
}

/**
 * Returns the escrows of the PUKs that the card of an operation may have, as `keptPuks` does.
 *
 * @throws Error if no PUK is known
 */
export function requireKeptPuks({ ownDevice }: OperationContext): PukPair {
  const pair = keptPuks(ownDevice);
  if (!pair) throw new Error(`no PUK of the device ${ownDevice.row.id} is known`);
  return pair;
}

/** Returns an escrow, and the next older one whose PUK the card may still have. */
export function pukPairOf({ escrows }: DeviceRecord, newest: Escrow): PukPair {
  const older = escrows.slice(escrows.findIndex(({ id }) => id === newest.id) + 1);
  return { newest, previous: older.find(({ pukDroppedAt }) => pukDroppedAt === null) };
}

/**
 * Chooses the PUK to try, as `choosePuk` does.
 *
 * @param refused PUKs that the card has refused in this session, if the escrow does not record that
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` if no PUK may be tried
 */
export async function findPuk(
  context: OperationContext,
  { newest, previous }: PukPair,
  refused: readonly PukTry[] = [],
): Promise<Puk> {
  const { appliedAt, pukTries: kept } = newest;
  const corrected = await dropCorrected(context.services.store.keys, kept, await factoryPukOf(context));
  const pukTries = [...corrected, ...refused];
  const isDefault = context.info.puk?.isDefault ?? null;
  return choosePuk({ appliedAt, pukTries, before: previous ? 'previous' : 'factory' }, isDefault);
}

const LEAVES = { newest: {}, same: { isKept: true }, factory: { isUndone: true } } as const;

/**
 * Seals the PUK to try to the host, and records the try, since a PUK that is sent counts as tried.
 *
 * @param then the PUK that the card has afterwards: the PUK of the newest escrow (`newest`), the PUK that it has now (`same`), or the factory
 * PUK (`factory`)
 * @param refused as in `findPuk`
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` if no PUK may be tried
 */
export async function releasePuk(
  context: OperationContext,
  pair: PukPair,
  then: 'newest' | 'same' | 'factory' = 'newest',
  refused: readonly PukTry[] = [],
) {
  const { keys } = context.services.store;
  const { newest, previous } = pair;
  const puk = await findPuk(context, pair, refused);
  const factory = await factoryPukOf(context);
  const factoryPuk = puk === 'factory' ? await sealForStorage(factory, keys, LABEL) : null;
  const sent: KeptPukTry = { puk, refused: false, retriesLeft: null, factoryPuk, ...LEAVES[then] };
  context.ownDevice.changeEscrow(newest.id, { pukTries: [...newest.pukTries, sent] });
  if (puk === 'factory') return context.sealToHost('puk', factory);
  const holder = puk === 'own' ? newest : previous;
  if (!holder) throw new Error('a PUK was chosen that no escrow holds');
  return context.sealToHost('puk', (await openEscrow(holder, keys)).puk);
}

const factoryPukOf = async (context: OperationContext): Promise<string> =>
  (await openFactorySecrets(await context.currentPolicy(), context.services.store.keys)).puk;

/**
 * Leaves out the first tries, as long as they were refused and used a factory PUK that has been corrected in the policy since. Nothing of the escrow
 * was on the card then, and the corrected PUK has not been tried. A try after which the card had a single try left is kept, and so are all tries
 * after it.
 */
async function dropCorrected(
  keys: KeyRing,
  tries: readonly KeptPukTry[],
  factory: string,
): Promise<readonly KeptPukTry[]> {
  const [first, ...rest] = tries;
  if (!first?.refused || first.factoryPuk === null || first.retriesLeft === 1) return tries;
  const isCorrected = (await openFromStorage(first.factoryPuk, keys, LABEL)) !== factory;
  return isCorrected ? dropCorrected(keys, rest, factory) : tries;
}

/**
 * Records what the card's refusal of a PUK tells. If it refused the PUK that was sent, the session continues with another PUK that the card may have.
 * If it refused the PUK that it was to get after it had reported that it has it, the card has probably kept the PUK that was sent.
 *
 * @returns undefined for any error but the first refusal
 */
export function noteRefusedPuk(
  context: OperationContext,
  { id, pukTries }: Escrow,
  error: CardwrightError,
): Consequence | undefined {
  const sent = pukTries.at(-1);
  const kept = keptOld(error);
  // No card keeps its old PUK if it was to get no other one. Only a host could say so.
  if (kept && sent && pukAfter(sent) !== sent.puk) {
    const { retriesLeft } = kept;
    const set = { puk: pukAfter(sent), refused: true, retriesLeft, isContradiction: true, factoryPuk: null };
    context.ownDevice.changeEscrow(id, { pukTries: [...pukTries, set] });
  }
  if (!isCardwrightError(error, 'PUK_INCORRECT')) return undefined;
  if (!sent) throw new Error('no PUK was sent');
  const refused = { ...sent, refused: true, retriesLeft: error.data.retriesLeft };
  context.ownDevice.changeEscrow(id, { pukTries: [...pukTries.slice(0, -1), refused] });
  return 'continue';
}

/**
 * Returns the tries that are left of the PUK, if a card reported success for a new PUK but kept the old one: `CARD_ERROR` of `changePuk` with 63CX, where
 * X is their number (SP 800-73-4 Part 2, 3.2.3), or with 6300 from a card that does not report them (null). Returns undefined for any other error.
 */
function keptOld(error: CardwrightError): Pick<PukTry, 'retriesLeft'> | undefined {
  if (!isCardwrightError(error, 'CARD_ERROR') || error.data.instruction !== 'changePuk') return undefined;
  if (error.data.statusWord === '6300') return { retriesLeft: null };
  const [, tries] = /^63C([\dA-F])$/.exec(error.data.statusWord) ?? [];
  return tries === undefined ? undefined : { retriesLeft: Number.parseInt(tries, 16) };
}
