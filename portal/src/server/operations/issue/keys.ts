import { decodeBytes, isCardwrightError, type Slot, type StepCommand } from '@cardwright/protocol';
import { record } from '../../audit.js';
import { openFactorySecrets } from '../../devices/policy-store.js';
import { validCertificates } from '../../devices/devices.js';
import { listEscrows, markApplied, openEscrow } from '../../keys/escrow.js';
import type { Escrow } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { writeCertificates } from './certificates.js';
import { currentEscrow } from './current-escrow.js';
import { supersedeKeys } from './gone-keys.js';
import { sealToHost } from './host-secrets.js';
import { missingSlots, step, type IssueState } from './issue-state.js';
import { issueCertificate } from './key-proof.js';

/** Applies the escrowed credentials and makes the keys, in one step; at its end a witness for the new management key. */
export async function generateKeys(context: OperationContext, state: IssueState): Promise<NextStep> {
  const { db, device } = context;
  if (!device) throw new Error('keys need a device');
  const slots = missingSlots(state, await validCertificates(db, device.id));
  const changesKey = state.isPrepared && state.device.capabilities.changeManagementKey;
  const commands = [
    ...(state.isPrepared ? [await apply(context, state)] : []),
    ...(await slotCommands(context, state, slots)),
    ...(changesKey ? [getChallenge(state)] : []),
  ];
  // A resumed session may find all of it done.
  if (commands.length === 0) return writeCertificates(context, state, null);
  // Sent is as good as done: nobody can tell whether the card made the new key before it was pulled.
  await supersedeKeys(context, device, slots);
  return step({ ...state, stage: 'keys', isKeyToProve: changesKey }, commands);
}

async function apply(context: OperationContext, state: IssueState): Promise<StepCommand> {
  const escrow = await currentEscrow(context, state);
  const [puk, previousPuk] = await listPuks(context, state, escrow);
  if (puk === undefined) throw new Error('there is always a PUK to try');
  const secrets = {
    puk: await sealToHost(context, state, 'puk', puk),
    ...(previousPuk === undefined ? {} : { previousPuk: await sealToHost(context, state, 'previousPuk', previousPuk) }),
  };
  return { method: 'credentials.apply', params: { digest: escrow.sha256, secrets } };
}

/** The PUKs that the card may have, likeliest first: of older escrows that were perhaps applied, then the factory's. */
async function listPuks({ db, keys }: OperationContext, { device }: IssueState, escrow: Escrow): Promise<string[]> {
  const factory = (await openFactorySecrets(db, keys, device.model)).puk;
  if (device.pukIsDefault === true) return [factory];
  const older = (await listEscrows(db, escrow.deviceId)).filter(({ sequence }) => sequence < escrow.sequence);
  const kept = await Promise.all(older.map(async (row) => (await openEscrow(row, keys)).puk));
  // An escrow that was wholly applied leaves no doubt, and so does a card that says that its PUK was changed.
  const isCertain = older[0]?.appliedAt != null || (device.pukIsDefault === false && kept.length > 0);
  return isCertain ? kept : [...kept, factory];
}

async function slotCommands(
  context: OperationContext,
  state: IssueState,
  slots: readonly Slot[],
): Promise<StepCommand[]> {
  const { attestation } = state.device.capabilities;
  const commands: StepCommand[] = [];
  for (const slot of slots) {
    const algorithm = state.policy.slots[slot];
    const policies = attestation
      ? { pinPolicy: PIN_POLICY[slot], touchPolicy: 'never' }
      : { pinPolicy: 'default', touchPolicy: 'default' };
    commands.push({ method: 'key.generate', params: { slot, algorithm, ...policies } });
    if (attestation) commands.push({ method: 'key.attest', params: { slot } });
    const secrets = PIN_POLICY[slot] === 'never' ? {} : { pin: await initialPin(context, state) };
    commands.push({ method: 'csr.create', params: { slot, commonName: context.user.displayName, secrets } });
  }
  return commands;
}

/** SP 800-73-4 Part 1, table 4b: 9C asks for the PIN each time, 9E never. */
const PIN_POLICY: Readonly<Record<Slot, string>> = { '9A': 'once', '9C': 'always', '9D': 'once', '9E': 'never' };

/** The host knows the PIN that it prepared; in a later session it comes out of the escrow. */
async function initialPin(context: OperationContext, state: IssueState) {
  if (state.isPrepared) return { source: 'session' } as const;
  const { pin } = await openEscrow(await currentEscrow(context, state), context.keys);
  return sealToHost(context, state, 'pin', pin);
}

/** The results of `keys`: the credentials are on the card, and each new key has a certificate. */
export async function readKeys(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  const { db, device, operation, user } = context;
  if (!device) throw new Error('keys need a device');
  const slots = missingSlots(state, await validCertificates(db, device.id));
  const isApplying = state.isPrepared && !state.isApplied;
  if (isApplying) {
    if (!outcomes.take('credentials.apply')) return undefined;
    await markApplied(db, await currentEscrow(context, state));
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
    const attestation = generated && state.device.capabilities.attestation ? outcomes.take('key.attest') : undefined;
    if (!generated || (state.device.capabilities.attestation && !attestation)) return undefined;
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
  const after = { ...state, isApplied: true, leftOut: [...state.leftOut, ...leftOut] };
  const witness = state.isKeyToProve ? outcomes.take('managementKey.getChallenge') : undefined;
  const rest = missingSlots(after, await validCertificates(db, device.id));
  if (rest.length > 0) return step(after, await slotCommands(context, after, rest));
  if (state.isKeyToProve && !witness) return step({ ...after, stage: 'prove' }, [getChallenge(after)]);
  return writeCertificates(context, after, witness ?? null);
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
