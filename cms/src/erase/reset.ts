import { isIdentifiedBySerial } from '../attestation/identity.js';
import { erasureFailure, requireNew } from '../card-secrets/erased-card.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  expectFactoryKey,
  takeWitness,
} from '../card-secrets/management-authentication.js';
import { trustOf } from '../card-secrets/trust.js';
import { judgeProof, proofOrder } from '../card-secrets/vendor-proof.js';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { erasing, isToBe, PHASES, wasReset } from './erase-state.js';

/**
 * Step in which the card resets itself. In the same step the card gives a witness: a random block that it encrypted with its factory management
 * key.
 */
export const resetStep: Step = {
  name: 'reset',
  phase: PHASES.erase,
  progress: 30,
  slices: [erasing, authentication],
  needed: (context) => isToBe(context, 'reset') && !context.of(erasing).isErased,
  prepare: (context) => expectFactoryKey(context, context.info),
  calls: (context) => [
    call(
      'device.reset',
      {},
      {
        read: async ({ device: erased }) => {
          requireNew(erased, context.info);
          context.meet(erased);
          context.keep(erasing, { isErased: true });
          await expectFactoryKey(context, erased);
        },
      },
    ),
    takeWitness(context),
  ],
};

/** Step that requests the witness of an erased card again, if its factory key had another algorithm than the likeliest. */
export const factoryWitnessStep: Step = {
  name: 'factory-witness',
  phase: PHASES.erase,
  progress: 70,
  slices: [erasing, authentication],
  needed: (context) => isReset(context) && !isFactoryKeyProved(context) && context.of(authentication).witness === null,
  calls: (context) => [takeWitness(context)],
};

/**
 * Step in which the erased card proves that it is new, since so far only the host said so: the card proves that it has its factory management
 * key. A card whose vendor signed its serial number also proves that it is this device, and not another new card.
 */
export const factoryKeyStep: Step = {
  name: 'factory-key',
  phase: PHASES.readBack,
  progress: 80,
  slices: [erasing, authentication],
  needed: (context) => isReset(context) && (!isFactoryKeyProved(context) || isToShowItself(context)),
  async prepare(context) {
    if (!isFactoryKeyProved(context)) await chooseCandidate(context);
    context.keep(erasing, { challenge: newChallenge() });
  },
  calls: (context) => [
    ...(isFactoryKeyProved(context) ? [] : [authenticateCard(context, () => undefined)]),
    ...(isToShowItself(context) ? [showIdentity(context)] : []),
  ],
};

const isReset = (context: OperationContext): boolean => context.of(erasing).isErased || wasReset(context);

const isFactoryKeyProved = (context: OperationContext): boolean => context.of(authentication).proved !== null;

function isToShowItself(context: OperationContext): boolean {
  const { identity, serial } = context.ownDevice.row;
  const isKnownBySerial = identity !== null && serial !== null && isIdentifiedBySerial(identity, serial);
  return isKnownBySerial && !context.of(erasing).isShown;
}

/** Makes the call by which the card proves its identity with a new key in 9E. The key never gets a certificate. */
function showIdentity(context: OperationContext): Call {
  const challenge = (): string => {
    const made = context.of(erasing).challenge;
    if (made === null) throw new Error('a proof answers a challenge');
    return made;
  };
  return call('key.prove', () => proofOrder(context.policyNow ?? { slots: {} }, challenge()), {
    read: async (result) => {
      const { identity } = await judgeProof(context.info, trustOf(context), challenge(), result);
      if (identity?.key !== context.ownDevice.row.identity) throw erasureFailure('another-device');
      context.keep(erasing, { isShown: true });
    },
  });
}
