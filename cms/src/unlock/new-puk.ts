import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import { applyPrepared } from '../card-secrets/prepared-escrow.js';
import { requireKeptPuks, type PukPair } from '../card-secrets/puk.js';
import { openEscrow } from '../devices/escrow.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { newPin, newPuk, PHASES, takenEscrow } from './unlock-state.js';

/**
 * Step that sets the new PUK, which the CMS has in escrow already. The escrow of the former PUK is kept until the card accepts the new PUK in a
 * later operation.
 */
export const newPukStep: Step = {
  name: 'new-puk',
  phase: PHASES.puk,
  progress: 80,
  slices: [newPin, newPuk],
  needed: (context) => !context.of(newPuk).isApplied,
  calls: (context) => (context.of(newPuk).isPrepared ? [applyPuk(context)] : [restorePuk(context), applyPuk(context)]),
};

/** Returns the escrow that is being applied to the card, and the escrow of the PUK that the card accepted in this session. */
function pairOf(context: OperationContext): PukPair {
  return { newest: requireKeptPuks(context).newest, previous: takenEscrow(context) };
}

/**
 * Ends with a PUK that the host could not prove, because the card does not take the PIN again that it has. The escrows of both PUKs are kept, and the
 * next unlock finds out which of them the card has. Returns undefined for any other error.
 */
function endUnproved(context: OperationContext, error: CardwrightError): Consequence | undefined {
  if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')) return undefined;
  context.keep(newPuk, { isApplied: true });
  return 'continue';
}

const restorePuk = (context: OperationContext): Call =>
  call(
    'credentials.restore',
    async () => {
      const { newest } = pairOf(context);
      const { puk } = await openEscrow(newest, context.services.store.keys);
      return { digest: newest.sha256, secrets: { puk: await context.sealToHost('puk', puk), pin: null } };
    },
    { read: () => context.keep(newPuk, { isPrepared: true }) },
  );

const applyPuk = (context: OperationContext): Call =>
  applyPrepared(context, () => pairOf(context), {
    applied: () => {
      context.ownDevice.markApplied(pairOf(context).newest.id);
      context.keep(newPuk, { isApplied: true });
      context.report('puk.replaced');
    },
    failed: (error) => endUnproved(context, error),
  });
