import { randomBytes } from 'node:crypto';
import {
  decodeBytes,
  encodeBytes,
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
import { missingSlots, step, type IssueState } from './issue-state.js';
import { issueCertificate } from './key-proof.js';
import { noteRefusedPuk, releasePuk } from './puk.js';

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
  const commands: StepCommand[] = [];
  for (const slot of slots) {
    const algorithm = state.policy.slots[slot];
    const policies = attestation
      ? { pinPolicy: PIN_POLICY[slot], touchPolicy: 'never' }
      : { pinPolicy: 'default', touchPolicy: 'default' };
    commands.push({ method: 'key.generate', params: { slot, algorithm, ...policies } });
    if (attestation) commands.push({ method: 'key.attest', params: { slot } });
    // The initial PIN, which the host knows from the credentials that it just applied.
    const secrets = PIN_POLICY[slot] === 'never' ? {} : { pin: { source: 'session' } };
    const challenge = state.requestChallenge;
    commands.push({ method: 'csr.create', params: { slot, commonName: user.displayName, challenge, secrets } });
  }
  return commands;
}

const CHALLENGE_BYTES = 32;
const newChallenge = (): string => encodeBytes(randomBytes(CHALLENGE_BYTES));

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
    const generated = outcomes.take('key.generate');
    const attested = generated && state.device.capabilities.attestation ? outcomes.take('key.attest') : undefined;
    if (!generated || (state.device.capabilities.attestation && !attested)) return undefined;
    const attestation = attested?.attestation ?? undefined;
    const csr = outcomes.take('csr.create');
    if (!csr && !isCardwrightError(outcomes.error, 'KEY_CANNOT_SIGN')) return undefined;
    if (!csr && !attestation && state.policy.keyManagementCannotSign === 'leave-out' && slot === '9D')
      leftOut.push(slot);
    else
      await issueCertificate(context, state, {
        slot,
        publicKey: decodeBytes(generated.publicKey),
        attestation,
        request: csr?.request,
      });
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
