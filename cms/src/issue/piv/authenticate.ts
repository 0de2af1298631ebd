import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  takeWitness,
  type KeyCandidate,
} from '../../card-secrets/management-authentication.js';
import { encodeChuid } from '../../devices/piv-objects.js';
import { newChallenge } from '../../keys/new-challenge.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Step } from '../../operations/definition.js';
import type { Escrow } from '../../store/rows.js';
import { keepCredentials } from '../device-row.js';
import { capabilitiesOf, credentials, issuancePolicy, newKey, PHASES, policySlice, proof } from '../issue-state.js';
import { initialPinLength } from '../../card-secrets/initial-pin-length.js';
import { promisesProof, proveDevice } from './live-proof.js';
import { settleDevice } from './settle-device.js';

const MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000;

/** Step that requests a witness: a random block that the card encrypted with its management key. */
export const witnessStep: Step = {
  name: 'witness',
  phase: PHASES.authenticate,
  progress: 5,
  slices: [policySlice, authentication],
  needed: (context) => {
    const { witness, proved } = context.of(authentication);
    return witness === null && proved === null;
  },
  calls: (context) => [takeWitness(context)],
};

/**
 * Step that answers the card's witness. In the same step the device proves its identity, and the CHUID is written and read back. The identity comes
 * before the CHUID, since a card without a serial number is known only by its present CHUID. If no escrow of an earlier session is to be applied, the
 * host then prepares new credentials and seals them to the CMS. None of the new credentials is on the card yet.
 */
export const authenticateStep: Step = {
  name: 'authenticate',
  phase: PHASES.personalize,
  progress: 15,
  slices: [policySlice, authentication, proof, credentials, newKey],
  needed: (context) => context.of(authentication).proved === null || !context.of(proof).isNamed,

  async prepare(context) {
    await chooseCandidate(context);
    const [candidate] = context.of(authentication).candidates;
    const escrow = candidate && findEscrow(context, candidate);
    const isPrepared = escrow === undefined;
    context.keep(proof, { challenge: promisesProof(context) ? newChallenge() : null });
    context.keep(credentials, {
      escrow: escrow?.id ?? null,
      isPrepared,
      isApplied: false,
      refusedPins: 0,
      isPinRefused: false,
    });
    context.keep(newKey, { isToProve: isPrepared && capabilitiesOf(context.info).changeManagementKey });
  },

  calls: (context) => [
    ...proofOfIdentity(context),
    ...writtenChuid(context),
    ...(context.of(credentials).isPrepared ? [prepareCredentials(context)] : []),
  ],
};

function proofOfIdentity(context: OperationContext): Call[] {
  const [candidate] = context.of(authentication).candidates;
  if (!candidate) throw new Error('no candidate is out');
  const settle = (): Promise<void> => settleDevice(context, candidate, findProvedEscrow(context, candidate));
  if (!promisesProof(context)) return [authenticateCard(context, settle)];
  return [authenticateCard(context, () => undefined), proveDevice(context, settle)];
}

function writtenChuid(context: OperationContext): Call[] {
  const content = chuid(context);
  return [
    call('object.write', { object: 'chuid', content }),
    call(
      'object.read',
      { object: 'chuid' },
      {
        read: (object) => {
          if (object.content !== content) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'chuid' });
          context.keep(proof, { isNamed: true });
        },
      },
    ),
  ];
}

function prepareCredentials(context: OperationContext): Call {
  const { managementKeyAlgorithm, pinRules } = issuancePolicy(context);
  return call(
    'credentials.prepare',
    {
      // A plain PIV card has no command to change its management key.
      managementKey: capabilitiesOf(context.info).changeManagementKey ? managementKeyAlgorithm : null,
      pinLength: initialPinLength(pinRules),
    },
    { read: (prepared) => keepCredentials(context, prepared) },
  );
}

/**
 * Returns the escrow with which the issuance resumes once the card has proved this candidate: the escrow with that key or, if the card cannot
 * change its management key, the device's newest escrow. An escrow that followed because the card refused an initial PIN (`otherPinStep`) comes before
 * the one whose management key the card has. Returns undefined if there is no such escrow. While an escrow is being applied, no other escrow is
 * created, so the card has either the escrowed PUK or the PUK before it.
 */
function findEscrow(context: OperationContext, candidate: KeyCandidate): Escrow | undefined {
  const kept = context.device?.escrows ?? [];
  if (!capabilitiesOf(context.info).changeManagementKey) return kept[0];
  const proved = kept.findIndex(({ id }) => id === candidate.escrow);
  const upTo = kept.slice(0, proved + 1);
  return upTo.find(({ managementKeyDroppedAt }, index) => index === proved || managementKeyDroppedAt !== null);
}

/** Returns the escrow with the management key of the candidate. Returns undefined if no escrow has it, or if the card cannot change its key. */
const findProvedEscrow = ({ device }: OperationContext, { escrow }: KeyCandidate): Escrow | undefined =>
  device?.escrows.find(({ id }) => id === escrow);

const chuid = (context: OperationContext): string => {
  const { guid, createdAt } = context.operation;
  const expires = new Date(createdAt.getTime() + issuancePolicy(context).certificateDays * MILLISECONDS_A_DAY);
  return encodeBytes(encodeChuid(guid, expires));
};
