import * as v from 'valibot';
import { chooseProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned, type Condition } from '../devices/eligibility.js';
import { canChangePasskeys } from '../devices/passkey-holder.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState, type Step } from '../operations/definition.js';
import { whenUserStops } from '../operations/ended-by-user.js';
import { meetAgain } from '../operations/meet-again.js';
import { defineSlice } from '../operations/slice.js';
import { ownWords } from '../words/language.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough. */
const FRESH = 5;

/** Progress of the change. Another session starts over, because only the user can tell whether the device has the new FIDO PIN. */
const fidoPinChange = defineSlice({
  name: 'fidoPinChange',
  schema: v.strictObject({ isMade: v.boolean() }),
  initial: { isMade: false },
  lasts: 'session',
});

const changeStep: Step = {
  name: 'change-fido-pin',
  phase: { name: 'fido-pin', words: ownWords(({ phases }) => phases.fidoPin) },
  progress: 20,
  waitsForUser: true,
  slices: [fidoPinChange],
  needed: (context) => !context.of(fidoPinChange).isMade,
  calls: (context) => [context.info.fido2?.pinSet === false ? setPin(context) : changePin(context)],
  errors: {
    ...whenUserStops('cancel'),
    FIDO_PIN_INCORRECT: 'cancel',
    FIDO_PIN_PAUSED: 'cancel',
    FIDO_PIN_BLOCKED: 'cancel',
    FIDO_UNREACHABLE: 'cancel',
    PIN_RULES_CONFLICT: 'cancel',
    WINDOW_NOT_ALLOWED: 'cancel',
  },
};

/** Lets the user choose the first FIDO PIN, because the FIDO2 application was reset since the device was issued. */
const setPin = (context: OperationContext) =>
  call('fido.setPin', () => ({ rules: rulesOf(context), secrets: { newFidoPin: { source: 'user' } } }), {
    read: ({ device }) => {
      meetAgain(context, device);
      noteMade(context);
    },
  });

const changePin = (context: OperationContext) =>
  call(
    'fido.changePin',
    () => ({ rules: rulesOf(context), secrets: { fidoPin: { source: 'user' }, newFidoPin: { source: 'user' } } }),
    { read: () => noteMade(context) },
  );

/** Returns the rules of the present policy for the FIDO PIN; null if it has none, and the device's own rules alone count. */
const rulesOf = ({ policyNow }: OperationContext) => policyNow?.passkeys?.pinRules ?? null;

function noteMade(context: OperationContext): void {
  context.keep(fidoPinChange, { isMade: true });
  context.report('fido-pin.changed');
}

/** Requires that the FIDO PIN is a PIN of its own. Where it is the device PIN, `change-pin` changes both. */
const hasOwnFidoPin: Condition = (_card, { sharesPin }) => (sharesPin ? { code: 'fido-pin-shared' } : null);

/**
 * Lets the owner of an active device choose another FIDO PIN. The device first proves that it is the one that was issued, if it has keys for that.
 * The owner enters both PINs in the extension's window, by the rules of the present policy and of the device. The CMS learns neither PIN, and relies
 * on the host's word that the device has the new one.
 */
export const changeFidoPin = defineOperation({
  kind: 'change-fido-pin',
  title: ownWords(({ titles }) => titles.changeFidoPin),
  label: ownWords(({ labels }) => labels.changeFidoPin),
  eligibility: owned('active').and(hasOwnFidoPin),
  isOffered: (device, { passkeys }) => canChangePasskeys(device) && !device.sharesPin && passkeys.length > 0,
  needsFreshProof: FRESH,
  begin: async (context, { policy }) =>
    chooseProof(context, ownKeysAmong(await findCandidates(context, policy, context.info))),
  requireUnderWay: inState('active'),
  steps: [keyProofStep, ownWitnessStep, ownKeyStep, changeStep],
  settle: { done: keepState, failed: keepState },
});
