import { randomUUID } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { requireNew } from '../../card-secrets/erased-card.js';
import {
  authentication,
  expectKeys,
  findCandidates,
  takeWitness,
} from '../../card-secrets/management-authentication.js';
import { appearanceOf, cardHintOf } from '../../devices/card-hint.js';
import { ownGuidOf } from '../../devices/own-guid.js';
import { erasing } from '../../erase/erase-state.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Consequence, Step } from '../../operations/definition.js';
import { claimCardHint } from '../../operations/running-operations.js';
import { mayFollow } from '../../rules/device-state.js';
import { fidoPin, notePinBefore } from '../fido/passkey-state.js';
import { erasure, issuancePolicy, PHASES, policySlice } from '../issue-state.js';

/**
 * Step that erases a used card before anything else, after its user confirmed the erasure in the extension's window. In the same step the card
 * gives a witness: a random block that it encrypted with its factory management key. The CMS continues with the erased card as the host then
 * describes it. A later step makes the card prove its factory key. If an incomplete device was on the card, its row is released.
 */
export const eraseStep: Step = {
  name: 'erase',
  phase: PHASES.authenticate,
  progress: 2,
  slices: [policySlice, erasure, erasing, authentication, fidoPin],
  needed: (context) => context.of(erasure).isDue && context.of(erasing).way === 'reset',

  /**
   * Requires that the device's row may be released after the erasure, and logs the order.
   *
   * @throws CardwrightError `DEVICE_STATE` if the row may not be released, so that the card must not be erased
   */
  prepare(context) {
    const { device } = context;
    if (device) {
      const { state } = device.row;
      if (!mayFollow(state, 'available')) throw new CardwrightError('DEVICE_STATE', { state });
      // From now on the card may be blank, whether or not an answer arrives.
      device.noteInitialPin(false);
    }
    context.report('device.erase-ordered', { model: context.info.model, serial: context.info.serial });
  },

  calls: (context) => [
    call('device.reset', {}, { read: ({ device }) => settleErasure(context, device) }),
    takeWitness(context),
  ],

  errors: { USER_CANCELLED: judgeUnconfirmed, USER_TIMEOUT: judgeUnconfirmed, WINDOW_NOT_ALLOWED: judgeUnconfirmed },
};

/** State reason of a row whose card was erased for another issuance. */
export const ERASED = 'erased';

/** Number of an operation's first step. An operation whose erasure has a higher number had already begun to issue the card. */
const FIRST_STEP = 1;

/**
 * Decides the consequence of an erasure that the user did not confirm. Nothing was changed. If an earlier issuance can be continued, only the session
 * ends. If not, the operation is cancelled.
 */
function judgeUnconfirmed({ device, operation }: OperationContext): Consequence {
  // The issuance of a pending device was interrupted at the choice of the PIN. If this operation had steps before the erasure, this operation is that
  // issuance, and can be continued.
  return device?.row.state === 'pending' && operation.stepNumber > FIRST_STEP ? 'interrupt' : 'cancel';
}

async function settleErasure(context: OperationContext, erased: DeviceInfo): Promise<void> {
  const { info } = context;
  requireNew(erased, info);
  context.report('device.erased', { model: info.model, serial: info.serial });
  context.device?.changeState('available', context.person.username, ERASED);
  await continueWithBlank(context, erased);
}

/** Continues with the erased card as a new device. If the card had a row, that row belongs to nobody now, and the new device gets another GUID. */
export async function continueWithBlank(context: OperationContext, erased: DeviceInfo): Promise<void> {
  const { records, person, operation, device } = context;
  await claimCardHint(records, person, operation.id, erased);
  const { cards } = await records.transaction.survey(person.id, [appearanceOf(erased)]);
  const guid = ownGuidOf(erased, person, cards[0]?.latest) ?? (device ? randomUUID() : operation.guid);
  context.attach(undefined, { cardHint: cardHintOf(erased), guid });
  context.meet(erased);
  notePinBefore(context);
  context.keep(erasure, { isDue: false });
  expectKeys(context, await findCandidates(context, issuancePolicy(context), erased));
}
