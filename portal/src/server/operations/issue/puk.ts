import type { CardwrightError } from '@cardwright/protocol';
import { openFactorySecrets } from '../../devices/policy-store.js';
import { keepPukTries, openEscrow } from '../../keys/escrow.js';
import { choosePuk, type Puk } from '../../keys/puk-choice.js';
import type { Escrow } from '../../store/schema.js';
import type { OperationContext } from '../operation-kind.js';
import { sealToHost } from './host-secrets.js';
import type { IssueState } from './issue-state.js';

/**
 * The PUK that the card should have now, for the host. Sent is as good as tried: it is remembered before it leaves.
 *
 * @throws CardwrightError `PUK_INCORRECT`, `LAST_TRY` when there is none that may be tried
 */
export async function releasePuk(context: OperationContext, state: IssueState, escrow: Escrow) {
  const puk = choosePuk(escrow, state.device.pukIsDefault);
  await keepPukTries(context.db, escrow, [...escrow.pukTries, { puk, refused: false, retriesLeft: null }]);
  return sealToHost(context, state, 'puk', await openPuk(context, state, escrow, puk));
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

async function openPuk(
  { db, keys }: OperationContext,
  { device }: IssueState,
  escrow: Escrow,
  puk: Puk,
): Promise<string> {
  const source = puk === 'factory' ? openFactorySecrets(db, keys, device.model) : openEscrow(escrow, keys);
  return (await source).puk;
}
