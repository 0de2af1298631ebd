import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { openEscrow } from '../devices/escrow.js';
import type { KeyRing } from '../keys/key-ring.js';
import { choosePuk, type KeptPukTry } from '../keys/puk-choice.js';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import { currentEscrow, proof } from './issue-state.js';

/** What the factory's PUK is sealed as in an escrow's tries. */
const LABEL = 'tried-puk';

/**
 * Whether the PUK that is to be sent next is the organisation's secret, and nobody has approved that this device gets it. One that
 * proved what it is needs no approval: it is a genuine card, though its holder's own host could read what is sent to it.
 */
export async function findMissingApproval(context: OperationContext): Promise<CardwrightError | null> {
  const { keys } = context.services.store;
  if (context.of(proof).shown?.identity || context.ownDevice.row.pukApprovedAt) return null;
  const { puk: factory, confidential } = await openFactorySecrets(await context.currentPolicy(), keys);
  if (!confidential) return null;
  const { appliedAt, pukTries: kept } = currentEscrow(context);
  const pukTries = await dropCorrected(keys, kept, factory);
  const isFactorys = choosePuk({ appliedAt, pukTries }, isDefaultPuk(context)) === 'factory';
  return isFactorys ? new CardwrightError('APPROVAL_NEEDED') : null;
}

/**
 * The PUK that the card should have now, for the host. Sent counts as tried, so it is recorded before it leaves.
 *
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` when there is none that may be tried
 */
export async function releasePuk(context: OperationContext) {
  const { keys } = context.services.store;
  const escrow = currentEscrow(context);
  const { appliedAt } = escrow;
  const { puk: factory } = await openFactorySecrets(await context.currentPolicy(), keys);
  const pukTries = await dropCorrected(keys, escrow.pukTries, factory);
  const puk = choosePuk({ appliedAt, pukTries }, isDefaultPuk(context));
  const factoryPuk = puk === 'factory' ? await sealForStorage(factory, keys, LABEL) : null;
  const sent: KeptPukTry = { puk, refused: false, retriesLeft: null, factoryPuk };
  context.ownDevice.changeEscrow(escrow.id, { pukTries: [...escrow.pukTries, sent] });
  return context.sealToHost('puk', puk === 'factory' ? factory : (await openEscrow(escrow, keys)).puk);
}

const isDefaultPuk = ({ info }: OperationContext): boolean | null => info.puk?.isDefault ?? null;

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
export function noteRefusedPuk(context: OperationContext, error: CardwrightError): Consequence | undefined {
  if (!isCardwrightError(error, 'PUK_INCORRECT')) return undefined;
  const { id, pukTries } = currentEscrow(context);
  const sent = pukTries.at(-1);
  if (!sent) throw new Error('no PUK was sent');
  const refused = { ...sent, refused: true, retriesLeft: error.data.retriesLeft };
  context.ownDevice.changeEscrow(id, { pukTries: [...pukTries.slice(0, -1), refused] });
  return 'continue';
}
