import type { CardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { certificateIn, useCertifiedKey } from '../card-secrets/certified-key.js';
import { deviceProof } from '../card-secrets/device-proof.js';
import { keepPrepared } from '../card-secrets/prepared-escrow.js';
import { findPuk, noteRefusedPuk, releasePuk, requireKeptPuks } from '../card-secrets/puk.js';
import { keepsPin } from '../devices/kept-pin.js';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { CANCELLED_BY_USER } from '../operations/ended-by-user.js';
import { pinpadOf } from '../rules/pinpad.js';
import { findMissingProof } from './missing-proof.js';
import { newPin, newPuk, PHASES } from './unlock-state.js';

/** Slot whose key signs to prove the new PIN. The card uses this key only after the PIN was verified (SP 800-73-4 Part 1, table 4b). */
const SLOT: Slot = '9A';
const PURPOSE = 'pin-proof';

/**
 * Step in which the user chooses a PIN in the extension's window, and the PUK sets this PIN. If the device has a certified key in 9A, that key
 * then signs with the new PIN, which proves more than the host's word. In the same step the host generates the next PUK, since the host got to
 * know the present PUK. If an earlier session left a newer PUK in escrow, no PUK is generated.
 */
export const newPinStep: Step = {
  name: 'new-pin',
  phase: PHASES.pin,
  progress: 20,
  waitsForUser: true,
  slices: [deviceProof, newPin, newPuk],
  needed: (context) => context.of(newPin).taken === null,
  waitsFor: (context) => Promise.resolve(findMissingProof(context)),
  async prepare(context) {
    const { ownDevice } = context;
    const puk = await findPuk(context, requireKeptPuks(context));
    context.keep(newPin, {
      wasInitial: ownDevice.row.hasInitialPin,
      rules: context.policyNow?.pinRules ?? null,
      isNewestSent: puk === 'own',
      challenge: newChallenge(),
    });
    // From now until the answer, nobody knows which PIN the card has.
    ownDevice.noteInitialPin(false);
  },
  calls: (context) => [
    unblock(context),
    ...(certificateIn(context, SLOT) ? [signWithNewPin(context)] : []),
    ...(context.of(newPin).isNewestSent ? [preparePuk(context)] : []),
  ],
  errors: { ...CANCELLED_BY_USER, PIN_RULES_CONFLICT: 'cancel', WINDOW_NOT_ALLOWED: 'cancel', PUK_BLOCKED: 'cancel' },
};

const unblock = (context: OperationContext): Call =>
  call(
    'pin.unblock',
    async () => ({
      rules: context.of(newPin).rules,
      shared: context.ownDevice.row.sharesPin,
      ...pinpadOf(context.policyNow),
      secrets: { puk: await releasePuk(context, requireKeptPuks(context), 'same'), newPin: { source: 'user' } },
    }),
    { read: () => noteTaken(context), failed: (error) => noteRefusal(context, error) },
  );

/** Records that the card accepted the PUK that was sent. The retry counter of the PUK is full again, and the card cannot have the other PUK. */
function noteTaken(context: OperationContext): void {
  const { ownDevice } = context;
  const { newest, previous } = requireKeptPuks(context);
  if (context.of(newPin).isNewestSent) {
    ownDevice.markApplied(newest.id);
    ownDevice.notePuk(newest.id);
    context.keep(newPin, { taken: newest.id });
  } else {
    if (!previous) throw new Error('a PUK was sent that no escrow holds');
    ownDevice.changeEscrow(newest.id, { appliedAt: null, pukTries: [] });
    context.keep(newPin, { taken: previous.id });
  }
  ownDevice.change({ pinRules: context.of(newPin).rules });
  context.report('pin.unblocked');
  ownDevice.tell('unlocked', null);
}

function noteRefusal(context: OperationContext, error: CardwrightError): Consequence | undefined {
  if (keepsPin(error.code)) context.ownDevice.noteInitialPin(context.of(newPin).wasInitial);
  return noteRefusedPuk(context, requireKeptPuks(context).newest, error);
}

const signWithNewPin = (context: OperationContext): Call =>
  useCertifiedKey(context, {
    slot: SLOT,
    certificate: () => certificateIn(context, SLOT) ?? { keyHash: null },
    challenge: () => {
      const { challenge } = context.of(newPin);
      if (challenge === null) throw new Error('a proof answers a challenge');
      return challenge;
    },
    purpose: PURPOSE,
    proved: () => context.keep(newPin, { isProved: true }),
  });

const preparePuk = (context: OperationContext): Call =>
  call(
    'credentials.prepare',
    { managementKey: null, pinLength: null },
    {
      read: async (prepared) => {
        await keepPrepared(context, context.ownDevice, prepared);
        context.keep(newPuk, { isPrepared: true });
      },
    },
  );
