import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { openEscrow } from '../devices/escrow.js';
import type { KeyRing } from '../keys/key-ring.js';
import { choosePuk, type KeptPukTry, type Puk } from '../keys/puk-choice.js';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Escrow } from '../store/rows.js';

/** What the factory's PUK is sealed as in an escrow's tries. */
const LABEL = 'tried-puk';

/** The escrow of a card's newest PUK, and what the card had before. */
export interface PukPair {
  /** Which keeps what was tried. */
  readonly newest: Escrow;
  /** Undefined where that was the factory's PUK. */
  readonly previous: Escrow | undefined;
}

/** The escrows of the two PUKs that a device may have which was issued: the newest one, and the one before. Undefined where there is none. */
export function keptPuks({ escrows }: DeviceRecord): PukPair | undefined {
  const [newest, previous] = escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);
  return newest && { newest, previous };
}

/** Which PUK the card should have now. @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` when there is none that may be tried */
export async function findPuk(context: OperationContext, { newest, previous }: PukPair): Promise<Puk> {
  const { appliedAt, pukTries: kept } = newest;
  const pukTries = await dropCorrected(context.services.store.keys, kept, await factoryPukOf(context));
  const isDefault = context.info.puk?.isDefault ?? null;
  return choosePuk({ appliedAt, pukTries, before: previous ? 'previous' : 'factory' }, isDefault);
}

const LEAVES = { newest: {}, same: { isKept: true }, factory: { isUndone: true } } as const;

/**
 * The PUK that the card should have now, for the host. Sent counts as tried, so it is recorded before it leaves.
 *
 * @param then what the card has afterwards: that of the newest escrow, the same as before, or its factory's
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` when there is none that may be tried
 */
export async function releasePuk(
  context: OperationContext,
  pair: PukPair,
  then: 'newest' | 'same' | 'factory' = 'newest',
) {
  const { keys } = context.services.store;
  const { newest, previous } = pair;
  const puk = await findPuk(context, pair);
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
 * The tries without those at their beginning that were refused for a factory's PUK which is not the policy's any more: nothing
 * of the escrow was on the card, and the corrected one was not tried. Unless only the last try is left.
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

/** A PUK that was refused is never tried again; the card has another one, with which this session continues. */
export function noteRefusedPuk(
  context: OperationContext,
  { id, pukTries }: Escrow,
  error: CardwrightError,
): Consequence | undefined {
  if (!isCardwrightError(error, 'PUK_INCORRECT')) return undefined;
  const sent = pukTries.at(-1);
  if (!sent) throw new Error('no PUK was sent');
  const refused = { ...sent, refused: true, retriesLeft: error.data.retriesLeft };
  context.ownDevice.changeEscrow(id, { pukTries: [...pukTries.slice(0, -1), refused] });
  return 'continue';
}
