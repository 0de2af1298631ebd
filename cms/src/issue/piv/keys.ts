import { decodeBytes, encodeBytes, isCardwrightError, type CardwrightError, type Result } from '@cardwright/protocol';
import { SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol/devices';
import { requireProof, type KeyCandidate } from '../../card-secrets/management-authentication.js';
import { readGeneratedKey } from '../../card-secrets/generated-key.js';
import { applyPrepared } from '../../card-secrets/prepared-escrow.js';
import { pukPairOf, type PukPair } from '../../card-secrets/puk.js';
import { PROOF_SLOT, proofKeyOf } from '../../card-secrets/vendor-proof.js';
import { openEscrow } from '../../devices/escrow.js';
import type { CardKey } from '../../keys/card-key.js';
import { blockOf } from '../../keys/management-key.js';
import { newChallenge } from '../../keys/new-challenge.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Consequence, Step } from '../../operations/definition.js';
import {
  capabilitiesOf,
  credentials,
  currentEscrow,
  issuancePolicy,
  keys,
  leftOut,
  missingSlots,
  newKey,
  PHASES,
  policySlice,
  proof,
} from '../issue-state.js';
import { issueCertificate } from './key-proof.js';
import { noteRefusedPin } from './other-pin.js';
import { findMissingApproval } from './puk-approval.js';

/** The slot whose key needs the PIN immediately before each signature. */
const ALWAYS: Slot = '9C';

/**
 * Step that applies the escrowed credentials, and generates and certifies the missing keys. The key of 9C is generated before the credentials are
 * applied, which ends with the verification of the initial PIN, and signs right after. No key is certified before they are applied. Credentials of an
 * earlier session are sent back to the host first, and applied again even if the card has them already: that costs no try of the PUK, and gives the
 * card its initial PIN again, whatever the user did meanwhile.
 */
export const keysStep: Step = {
  name: 'keys',
  phase: PHASES.keys,
  progress: 30,
  slices: [policySlice, proof, credentials, keys, leftOut, newKey],
  needed: (context) => !context.of(credentials).isApplied || missingSlots(context).length > 0,
  waitsFor: async (context) => (context.of(credentials).isApplied ? null : findMissingApproval(context)),
  prepare: (context) => context.keep(keys, { requestChallenge: newChallenge() }),
  calls: (context) => {
    const applied = appliedCredentials(context);
    const keysToMake = missingSlots(context)
      .filter((slot) => applied.length === 0 || !isProofSlot(context, slot))
      .map((slot) => certifiedKey(context, slot));
    const early = applied.length === 0 ? undefined : keysToMake.find(({ slot }) => slot === ALWAYS);
    const later = keysToMake.filter((key) => key !== early);
    return [
      ...(early ? [...early.made, ...applied, early.requested] : applied),
      ...later.flatMap(({ made, requested }) => [...made, requested]),
    ];
  },
};

/** Step that requests a witness for the new management key, if the host has not shown that the card has it. */
export const newWitnessStep: Step = {
  name: 'new-witness',
  phase: PHASES.keys,
  progress: 60,
  slices: [policySlice, newKey],
  needed: isNewKeyUnproved,
  calls: (context) => [newWitness(context)],
};

function isNewKeyUnproved(context: OperationContext): boolean {
  const { isToProve, witness } = context.of(newKey);
  return isToProve && witness === null;
}

const newWitness = (context: OperationContext): Call =>
  call(
    'managementKey.getChallenge',
    { algorithm: issuancePolicy(context).managementKeyAlgorithm },
    { read: ({ witness }) => context.keep(newKey, { witness }) },
  );

function appliedCredentials(context: OperationContext): Call[] {
  const { isPrepared, isApplied } = context.of(credentials);
  if (isApplied) return [];
  const { sha256: digest } = currentEscrow(context);
  const puks = (): PukPair => pukPairOf(context.ownDevice, currentEscrow(context));
  const apply = applyPrepared(context, puks, {
    applied: (result) => noteApplied(context, result),
    failed: (error) => noteRefusedPin(context, error),
  });
  return isPrepared ? [apply] : [restore(context, digest), apply];
}

const restore = (context: OperationContext, digest: string): Call =>
  call(
    'credentials.restore',
    async () => {
      const { puk, pin } = await openEscrow(currentEscrow(context), context.services.store.keys);
      return {
        digest,
        secrets: {
          puk: await context.sealToHost('puk', puk),
          pin: pin === null ? null : await context.sealToHost('pin', pin),
        },
      };
    },
    { read: () => context.keep(credentials, { isPrepared: true }) },
  );

async function noteApplied(
  context: OperationContext,
  { managementKeyProof }: Result<'credentials.apply'>,
): Promise<void> {
  const device = context.ownDevice;
  const { id } = currentEscrow(context);
  if (managementKeyProof !== undefined) await readNewKeyProof(context, managementKeyProof);
  device.markApplied(id);
  // The card has accepted its new PUK, with which the host has then set the initial PIN.
  device.notePuk(id);
  device.noteInitialPin(true);
  context.keep(credentials, { isPrepared: true, isApplied: true });
  context.report('credentials.applied');
  const { shown } = context.of(proof);
  if (shown && missingSlots(context).includes(PROOF_SLOT))
    await issueCertificate(context, {
      slot: PROOF_SLOT,
      key: proofKeyOf(shown),
      attestation: null,
      request: undefined,
    });
}

/**
 * Reads the answer by which the card has proved its new management key to the host. The host had to have the card encrypt the digest of the escrow
 * that contains this very key, so the answer cannot be of another key, or of an earlier time.
 *
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
 */
async function readNewKeyProof(context: OperationContext, cardResponse: string): Promise<void> {
  if (!context.of(newKey).isToProve) return;
  const { id: escrow, sha256 } = currentEscrow(context);
  const { managementKeyAlgorithm: algorithm } = issuancePolicy(context);
  const key: KeyCandidate = { escrow, algorithm };
  await requireProof(context, key, encodeBytes(blockOf(algorithm, decodeBytes(sha256))), cardResponse);
  context.ownDevice.noteManagementKey(escrow);
  context.keep(newKey, { isToProve: false });
}

/** The host's results for a new key, until its certification request arrives. */
interface NewKey {
  key: CardKey | undefined;
  attestation: Result<'key.attest'>['attestation'];
}

/** The calls that make a key, and the one that has it certified. */
interface CertifiedKey {
  readonly slot: Slot;
  readonly made: readonly Call[];
  readonly requested: Call;
}

/** True if the key of a slot has given the live proof of this session. Its signature then counts as its request. */
const isProofSlot = (context: OperationContext, slot: Slot): boolean =>
  slot === PROOF_SLOT && context.of(proof).shown !== null;

/**
 * Makes the calls that generate a key, attest it, and certify it by its request. The key of the live proof exists already, and was attested
 * with the proof.
 */
function certifiedKey(context: OperationContext, slot: Slot): CertifiedKey {
  const { shown } = context.of(proof);
  const isMade = shown !== null && slot === PROOF_SLOT;
  const made: NewKey = { key: isMade ? proofKeyOf(shown) : undefined, attestation: null };
  return { slot, made: isMade ? [] : makeKey(context, slot, made), requested: requestCertificate(context, slot, made) };
}

function makeKey(context: OperationContext, slot: Slot, made: NewKey): Call[] {
  const { attestation } = capabilitiesOf(context.info);
  const algorithm = issuancePolicy(context).slots[slot];
  if (algorithm === undefined) throw new Error(`the policy wants no key in ${slot}`);
  const keyPolicies = attestation
    ? ({ pinPolicy: SLOT_PIN_POLICY[slot], touchPolicy: 'never' } as const)
    : ({ pinPolicy: 'default', touchPolicy: 'default' } as const);
  const generate = call(
    'key.generate',
    { slot, algorithm, ...keyPolicies },
    {
      read: ({ publicKey }) => {
        made.key = readGeneratedKey(publicKey);
      },
    },
  );
  if (!attestation) return [generate];
  const attest = call(
    'key.attest',
    { slot },
    {
      read: (attested) => {
        made.attestation = attested.attestation;
      },
    },
  );
  return [generate, attest];
}

function requestCertificate(context: OperationContext, slot: Slot, made: NewKey): Call {
  const { requestChallenge: challenge } = context.of(keys);
  if (challenge === null) throw new Error('a certification request answers a challenge');
  // The host knows the initial PIN from the credentials that it has applied in this session.
  const secrets = SLOT_PIN_POLICY[slot] === 'never' ? {} : { pin: { source: 'session' } as const };
  const certify = (request: string | undefined): Promise<void> => {
    const { key, attestation } = made;
    if (!key) throw new Error('a key is made before its request');
    return issueCertificate(context, { slot, key, attestation, request });
  };
  return call(
    'csr.create',
    { slot, commonName: context.person.displayName, challenge, secrets },
    { read: ({ request }) => certify(request), failed: (error) => readMute(context, slot, certify, error) },
  );
}

/**
 * Handles a key that cannot sign. Depending on the policy, the slot is left out, the key is certified without a request, or `issueCertificate`
 * refuses it.
 */
async function readMute(
  context: OperationContext,
  slot: Slot,
  certify: (request: undefined) => Promise<void>,
  error: CardwrightError,
): Promise<Consequence | undefined> {
  if (!isCardwrightError(error, 'KEY_CANNOT_SIGN')) return undefined;
  if (slot === '9D' && issuancePolicy(context).keyManagementCannotSign === 'leave-out')
    context.keep(leftOut, { slots: [...context.of(leftOut).slots, slot] });
  else await certify(undefined);
  return 'continue';
}
