import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { initialPinLength } from '../../card-secrets/initial-pin-length.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Consequence, Step } from '../../operations/definition.js';
import { keepCredentials } from '../device-row.js';
import { credentials, currentEscrow, issuancePolicy, PHASES, policySlice } from '../issue-state.js';

/** Initial PINs that may be refused in one session. The next refusal shows that the rules of policy and card conflict. */
const MOST_REFUSALS = 3;

/**
 * Records that the card has the PUK of the escrow, and does not take its initial PIN. A card with a PIN history refuses an initial PIN that it had
 * before. Returns undefined for any other error.
 *
 * @throws CardwrightError `PIN_RULES_CONFLICT` if the card has refused too many initial PINs
 */
export function noteRefusedPin(context: OperationContext, error: CardwrightError): Consequence | undefined {
  if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')) return undefined;
  const { ownDevice: device } = context;
  const { id } = currentEscrow(context);
  const refusedPins = context.of(credentials).refusedPins + 1;
  if (refusedPins > MOST_REFUSALS) throw new CardwrightError('PIN_RULES_CONFLICT');
  device.markApplied(id);
  device.notePuk(id);
  device.noteInitialPin(false);
  context.keep(credentials, { refusedPins, isPinRefused: true });
  return 'continue';
}

/**
 * Step in which the host generates another initial PIN and another PUK, which the CMS has in escrow before the card gets them. The card keeps its
 * management key, and has the PUK of the escrow before.
 */
export const otherPinStep: Step = {
  name: 'other-pin',
  phase: PHASES.keys,
  progress: 28,
  slices: [policySlice, credentials],
  needed: (context) => context.of(credentials).isPinRefused,
  calls: (context) => [
    call(
      'credentials.prepare',
      { managementKey: null, pinLength: initialPinLength(issuancePolicy(context).pinRules) },
      {
        read: async (prepared) => {
          await keepCredentials(context, prepared);
          context.keep(credentials, { isPrepared: true, isPinRefused: false });
        },
      },
    ),
  ],
};
