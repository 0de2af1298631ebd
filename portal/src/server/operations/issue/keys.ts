import {
  decodeBytes,
  isCardwrightError,
  type CardwrightError,
  type Slot,
  type StepCommand,
} from '@cardwright/protocol';
import { record } from '../../audit.js';
import { validCertificates } from '../../devices/devices.js';
import { noteInitialPin } from '../../devices/initial-pin.js';
import { markApplied, openEscrow } from '../../keys/escrow.js';
import type { Escrow } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { writeCertificates } from './certificates.js';
import { currentEscrow } from './current-escrow.js';
import { supersedeKeys } from './gone-keys.js';
import { sealToHost } from './host-secrets.js';
import { missingSlots, PROGRESS, step, type IssueState } from './issue-state.js';
import { issueCertificate, type GeneratedKey } from './key-proof.js';
import { newChallenge, PROOF_SLOT } from './live-proof.js';
import { findMissingApproval, noteRefusedPuk, releasePuk } from './puk.js';

/**
 * Applies the escrowed credentials and makes the keys that are missing, in one step; at its end a witness for the management
 * key, where that is new. Credentials of an earlier session are given back to the host before, and applied again even where
 * they are on the card already: that costs no try, and the card has its initial PIN again, whatever its user did meanwhile.
 */
export async function generateKeys(context: OperationContext, before: IssueState): Promise<NextStep> {
  const { db, device } = context;
  if (!device) throw new Error('keys need a device');
  const state = { ...before, requestChallenge: newChallenge() };
  const escrow = await currentEscrow(context, state);
  const slots = missingSlots(state, await validCertificates(db, device.id));
  const commands = [
    ...(state.isPrepared ? [] : [await restore(context, state, escrow)]),
    await apply(context, state, escrow),
    ...slotCommands(context, state, slots),
    ...(state.isKeyToProve ? [getChallenge(state)] : []),
  ];
  // Sent is as good as done: nobody can tell whether the card made the new key before it was pulled.
  await supersedeKeys(context, device, slots);
  return step({ ...state, stage: 'keys' }, commands);
}

async function restore(context: OperationContext, state: IssueState, escrow: Escrow): Promise<StepCommand> {
  const { puk, pin } = await openEscrow(escrow, context.keys);
  const secrets = {
    puk: await sealToHost(context, state, 'puk', puk),
    pin: await sealToHost(context, state, 'pin', pin),
  };
  return { method: 'credentials.restore', params: { digest: escrow.sha256, secrets } };
}

async function apply(context: OperationContext, state: IssueState, escrow: Escrow): Promise<StepCommand> {
  const puk = await releasePuk(context, state, escrow);
  return { method: 'credentials.apply', params: { digest: escrow.sha256, secrets: { puk } } };
}

function slotCommands({ user }: OperationContext, state: IssueState, slots: readonly Slot[]): StepCommand[] {
  const { attestation } = state.device.capabilities;
  const challenge = state.requestChallenge;
  return slots.flatMap((slot) => {
    const policies = attestation
      ? { pinPolicy: PIN_POLICY[slot], touchPolicy: 'never' }
      : { pinPolicy: 'default', touchPolicy: 'default' };
    // The initial PIN, which the host knows from the credentials that it just applied.
    const secrets = PIN_POLICY[slot] === 'never' ? {} : { pin: { source: 'session' } };
    const make: StepCommand = {
      method: 'key.generate',
      params: { slot, algorithm: state.policy.slots[slot], ...policies },
    };
    return [
      ...(isMade(state, slot) ? [] : [make, ...(attestation ? [{ method: 'key.attest', params: { slot } }] : [])]),
      { method: 'csr.create', params: { slot, commonName: user.displayName, challenge, secrets } },
    ];
  });
}

/** The key of the live proof is there already, and was attested with it. */
const isMade = ({ liveProof }: IssueState, slot: Slot): boolean => liveProof !== null && slot === PROOF_SLOT;

/** What came of a slot's commands up to its request; undefined where the step broke off before it. */
function takeKey(
  state: IssueState,
  slot: Slot,
  outcomes: Outcomes,
): Pick<GeneratedKey, 'publicKey' | 'attestation'> | undefined {
  const { liveProof, device } = state;
  if (liveProof && isMade(state, slot)) return { publicKey: decodeBytes(liveProof.publicKey), attestation: null };
  const generated = outcomes.take('key.generate');
  if (!generated) return undefined;
  const publicKey = decodeBytes(generated.publicKey);
  if (!device.capabilities.attestation) return { publicKey, attestation: null };
  const attested = outcomes.take('key.attest');
  return attested && { publicKey, attestation: attested.attestation };
}

/** SP 800-73-4 Part 1, table 4b: 9C asks for the PIN each time, 9E never. */
const PIN_POLICY: Readonly<Record<Slot, string>> = { '9A': 'once', '9C': 'always', '9D': 'once', '9E': 'never' };

/** The results of `keys`: the credentials are on the card, and each new key has a certificate. */
export async function readKeys(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const { db, device, operation, user } = context;
  if (!device) throw new Error('keys need a device');
  const slots = missingSlots(state, await validCertificates(db, device.id));
  if (!state.isPrepared && !outcomes.take('credentials.restore')) return undefined;
  if (!state.isApplied) {
    if (!outcomes.take('credentials.apply')) return tryOtherPuk(context, state, outcomes.error);
    await markApplied(db, await currentEscrow(context, state));
    await noteInitialPin(db, device.id, true);
    await record(db, {
      actor: user.username,
      event: 'credentials.applied',
      operationId: operation.id,
      deviceId: device.id,
    });
  }
  const leftOut: Slot[] = [];
  for (const slot of slots) {
    const key = takeKey(state, slot, outcomes);
    if (!key) return undefined;
    const csr = outcomes.take('csr.create');
    if (!csr && !isCardwrightError(outcomes.error, 'KEY_CANNOT_SIGN')) return undefined;
    if (!csr && slot === '9D' && state.policy.keyManagementCannotSign === 'leave-out') leftOut.push(slot);
    else await issueCertificate(context, state, { slot, ...key, request: csr?.request });
    // The step ended here; whatever was to follow gets a step of its own.
    if (!csr) break;
  }
  const after = { ...state, isPrepared: true, isApplied: true, leftOut: [...state.leftOut, ...leftOut] };
  const witness = state.isKeyToProve ? outcomes.take('managementKey.getChallenge') : undefined;
  const rest = missingSlots(after, await validCertificates(db, device.id));
  if (rest.length > 0) {
    const fresh = { ...after, requestChallenge: newChallenge() };
    return step(fresh, slotCommands(context, fresh, rest));
  }
  if (state.isKeyToProve && !witness) return step({ ...after, stage: 'prove' }, [getChallenge(after)]);
  return writeCertificates(context, after, witness ?? null);
}

/** A PUK that was refused is never tried again; the card has another one, which this session goes on with. */
async function tryOtherPuk(
  context: OperationContext,
  state: IssueState,
  error: CardwrightError | null,
): Promise<Next | undefined> {
  if (!error || !isCardwrightError(error, 'PUK_INCORRECT')) return undefined;
  await noteRefusedPuk(context, await currentEscrow(context, state), error);
  const missing = await findMissingApproval(context, state);
  if (missing) return { kind: 'interrupted', ...PROGRESS.keys, error: missing };
  return generateKeys(context, { ...state, isPrepared: true });
}

/** The results of `prove`. */
export async function readWitness(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const witness = outcomes.take('managementKey.getChallenge');
  return witness && writeCertificates(context, state, witness);
}

const getChallenge = ({ policy }: IssueState): StepCommand => ({
  method: 'managementKey.getChallenge',
  params: { algorithm: policy.managementKeyAlgorithm },
});
