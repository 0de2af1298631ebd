import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { initialPinLength } from '../card-secrets/initial-pin-length.js';
import { applyPrepared, keepPrepared } from '../card-secrets/prepared-escrow.js';
import { requireKeptPuks } from '../card-secrets/puk.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { erasing, isToBe, PHASES } from './erase-state.js';

/**
 * A card with a PIN history refuses its factory PIN if it had this PIN not long ago. Each other PIN takes the place of the oldest one in the history, so
 * the card gets other PINs until it takes its factory PIN. The CMS has each of them in escrow before the card does.
 */

/** The longest PIN history that is known (OpenFIPS201: `LIMIT_PIN_HISTORY`). */
const LONGEST_HISTORY = 12;

/**
 * Records that the card has accepted its factory PUK, and does not take its factory PIN. Returns undefined for any other error.
 *
 * @throws CardwrightError `PIN_RULES_CONFLICT` if the card has refused its factory PIN more often than the longest history explains
 */
export function noteRefusedPin(
  context: OperationContext,
  error: CardwrightError,
  notePuk: () => void,
): Consequence | undefined {
  if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')) return undefined;
  if (context.of(erasing).mayBeAnother) {
    // An issuance follows, which needs no factory PIN.
    context.keep(erasing, { arePinsBack: true });
    return 'continue';
  }
  const refusedPins = context.of(erasing).refusedPins + 1;
  if (refusedPins > LONGEST_HISTORY) throw new CardwrightError('PIN_RULES_CONFLICT');
  notePuk();
  context.keep(erasing, { refusedPins, otherPin: 'due' });
  return 'continue';
}

/** Step in which the host generates another PIN and another PUK. */
const prepareStep: Step = {
  name: 'other-pin',
  phase: PHASES.erase,
  progress: 70,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && context.of(erasing).otherPin === 'due',
  calls: (context) => [prepareOther(context)],
};

/** Step in which the card gets the other PIN. */
const applyStep: Step = {
  name: 'set-other-pin',
  phase: PHASES.erase,
  progress: 70,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && context.of(erasing).otherPin === 'prepared',
  calls: (context) => [applyOther(context)],
};

export const otherPinSteps: readonly Step[] = [prepareStep, applyStep];

const prepareOther = (context: OperationContext): Call =>
  call(
    'credentials.prepare',
    async () => {
      const { policy } = await context.currentPolicy();
      return { managementKey: null, pinLength: initialPinLength(policy.pinRules) };
    },
    {
      read: async (prepared) => {
        const id = await keepPrepared(context, context.ownDevice, prepared);
        // The card has its factory PUK, and so none of the older escrows.
        context.ownDevice.notePuk(id);
        context.keep(erasing, { otherPin: 'prepared' });
      },
    },
  );

const applyOther = (context: OperationContext): Call =>
  applyPrepared(context, () => requireKeptPuks(context), {
    applied: () => {
      context.ownDevice.markApplied(requireKeptPuks(context).newest.id);
      context.keep(erasing, { otherPin: 'none' });
    },
  });
