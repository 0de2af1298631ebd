import { CardwrightError } from '@cardwright/protocol';
import { openFactorySecrets } from '../../devices/policy-store.js';
import { keepPukTries, openEscrow } from '../../keys/escrow.js';
import { choosePuk, type KeptPukTry } from '../../keys/puk-choice.js';
import { openFromStorage, sealForStorage } from '../../keys/storage-seal.js';
import type { Escrow } from '../../store/schema.js';
import type { OperationContext } from '../operation-kind.js';
import { currentEscrow } from './current-escrow.js';
import { sealToHost } from './host-secrets.js';
import type { IssueState } from './issue-state.js';

/** What the factory's PUK is sealed as in an escrow's tries. */
const LABEL = 'tried-puk';

/**
 * Whether the PUK that is to be sent next is the organisation's secret, and nobody has approved that this device gets it. One that
 * proved what it is needs no approval: it is a genuine card, though its holder's own host could read what is sent to it.
 */
export async function findMissingApproval(
  context: OperationContext,
  state: IssueState,
): Promise<CardwrightError | null> {
  const { db, keys, device } = context;
  if (state.liveProof?.identity || device?.pukApprovedAt) return null;
  const { puk: factory, confidential } = await openFactorySecrets(db, keys, state.device.model);
  if (!confidential) return null;
  const escrow = await currentEscrow(context, state);
  const pukTries = await dropCorrected(keys, escrow.pukTries, factory);
  const isFactorys = choosePuk({ ...escrow, pukTries }, state.device.pukIsDefault) === 'factory';
  return isFactorys ? new CardwrightError('APPROVAL_NEEDED') : null;
}

/**
 * The PUK that the card should have now, for the host. Sent is as good as tried: it is remembered before it leaves.
 *
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` when there is none that may be tried
 */
export async function releasePuk(context: OperationContext, state: IssueState, escrow: Escrow) {
  const { db, keys } = context;
  const { puk: factory } = await openFactorySecrets(db, keys, state.device.model);
  const pukTries = await dropCorrected(keys, escrow.pukTries, factory);
  const puk = choosePuk({ ...escrow, pukTries }, state.device.pukIsDefault);
  const factoryPuk = puk === 'factory' ? await sealForStorage(factory, keys, LABEL) : null;
  await keepPukTries(db, escrow, [...escrow.pukTries, { puk, refused: false, retriesLeft: null, factoryPuk }]);
  return sealToHost(context, state, 'puk', puk === 'factory' ? factory : (await openEscrow(escrow, keys)).puk);
}

/**
 * The tries without those at their beginning that were refused for a factory's PUK which is not the policy's any more: nothing
 * of the escrow was on the card, and the corrected one was not tried. Unless only the last try is left.
 */
async function dropCorrected(
  keys: OperationContext['keys'],
  tries: readonly KeptPukTry[],
  factory: string,
): Promise<readonly KeptPukTry[]> {
  const [first, ...rest] = tries;
  if (!first?.refused || first.factoryPuk === null || first.retriesLeft === 1) return tries;
  const isCorrected = (await openFromStorage(first.factoryPuk, keys, LABEL)) !== factory;
  return isCorrected ? dropCorrected(keys, rest, factory) : tries;
}

/** The card refused the PUK that was sent last. */
export async function noteRefusedPuk(
  { db }: OperationContext,
  escrow: Escrow,
  { data }: CardwrightError<'PUK_INCORRECT'>,
): Promise<void> {
  const sent = escrow.pukTries.at(-1);
  if (!sent) throw new Error('no PUK was sent');
  const refused = { ...sent, refused: true, retriesLeft: data.retriesLeft };
  await keepPukTries(db, escrow, [...escrow.pukTries.slice(0, -1), refused]);
}
