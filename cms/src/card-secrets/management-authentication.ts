import { CardwrightError, decodeBytes, isCardwrightError } from '@cardwright/protocol';
import { managementKeyAlgorithm, type DeviceInfo, type ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { escrowedManagementKey, openEscrow } from '../devices/escrow.js';
import { answerWitness, isProvedBy, type ManagementKey } from '../keys/management-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence } from '../operations/definition.js';
import { spend } from '../operations/quotas.js';
import { defineSlice } from '../operations/slice.js';
import { openFactorySecrets } from '../policies/policies.js';
import { readDevicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import { factoryKeysFor, fitsAlgorithm } from '../rules/factory-keys.js';
import type { Escrow } from '../store/rows.js';
import { ownWords } from '../words/language.js';
import { OperationFailure } from '../words/reasons.js';

/** Maximum number of management keys that a session tries. Some cards block for good after five wrong keys. */
const TRIES_PER_SESSION = 2;

/**
 * A management key that the card may have. `escrow` is the id of the escrow with the key; null for a factory key in the policy of the model. `other` is
 * the index of a factory key in `otherManagementKeys`, and missing for the first factory key.
 */
const keyCandidate = v.strictObject({
  escrow: v.nullable(v.string()),
  algorithm: managementKeyAlgorithm,
  other: v.exactOptional(v.number()),
});
export type KeyCandidate = v.InferOutput<typeof keyCandidate>;

/** State of the mutual authentication with the card by its management key. */
export const authentication = defineSlice({
  name: 'authentication',
  schema: v.strictObject({
    /** Candidates still to be tried. The first candidate is being tried, or will be tried next. */
    candidates: v.array(keyCandidate),
    /** Algorithms that the card's key does not have; missing in a session that an earlier version of the program began. */
    refused: v.exactOptional(v.array(managementKeyAlgorithm)),
    /** Tries left in the session. */
    tries: v.number(),
    /** The card's unanswered witness (a random block encrypted with its management key), base64url, and the algorithm of the key that made it. */
    witness: v.nullable(v.strictObject({ algorithm: managementKeyAlgorithm, witness: v.string() })),
    /** The challenge for the card to answer, base64url; null before it is sent. */
    challenge: v.nullable(v.string()),
    /** The key that the card has proved to have; null before the card has proved a key. */
    proved: v.nullable(keyCandidate),
  }),
  initial: { candidates: [], tries: TRIES_PER_SESSION, witness: null, challenge: null, proved: null },
  lasts: 'session',
});

/**
 * Lists the management keys that the card may have, likeliest first: the keys in the device's escrows that are not dropped, newest first, then
 * the model's factory keys. If the card reports that it still has its factory key, the factory keys come first.
 *
 * @example
 * context.keep(authentication, { candidates: await findCandidates(context, policy, context.info) });
 */
export async function findCandidates(
  context: OperationContext,
  policy: DevicePolicy,
  info: DeviceInfo,
): Promise<KeyCandidate[]> {
  const factory = await factoryCandidates(context, policy, info);
  const kept: KeyCandidate[] = [];
  for (const escrow of context.device?.escrows ?? []) {
    if (escrow.managementKeyDroppedAt !== null) continue;
    const { managementKey } = await openEscrow(escrow, context.services.store.keys);
    if (managementKey) kept.push({ escrow: escrow.id, algorithm: managementKey.algorithm });
  }
  return info.managementKey?.isDefault === true ? [...factory, ...kept] : [...kept, ...factory];
}

async function factoryCandidates(
  context: OperationContext,
  policy: DevicePolicy,
  info: DeviceInfo,
): Promise<readonly KeyCandidate[]> {
  const secrets = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
  return factoryKeysFor(policy, secrets, info).map((key) => ({ escrow: null, ...key }));
}

/** Returns the candidates from escrows, without the model's factory key. */
export const ownKeysAmong = (candidates: readonly KeyCandidate[]): KeyCandidate[] =>
  candidates.filter(({ escrow }) => escrow !== null);

/** Starts the authentication over, with these candidates. Earlier proofs no longer count. */
export const expectKeys = (context: OperationContext, candidates: readonly KeyCandidate[]): void =>
  context.keep(authentication, { ...authentication.initial, candidates: [...candidates] });

/**
 * Expects the model's factory management keys and no other key. Their algorithms follow from the facts that the host reports of the card.
 *
 * @throws CardwrightError `INVALID_PARAMS` if the model has no policy
 */
export async function expectFactoryKey(context: OperationContext, info: DeviceInfo): Promise<void> {
  const policy = readDevicePolicy(await context.currentPolicy());
  expectKeys(context, await factoryCandidates(context, policy, info));
}

/**
 * Makes the call that requests the card's witness, with the algorithm of the likeliest key. If the card's key has another algorithm, the keys with this
 * algorithm are dropped without spending a try, and the operation continues with the next key.
 *
 * @throws OperationFailure if no key is left, with a hint for the administrator
 *
 * @example
 * const calls = (context: OperationContext): Call[] => [takeWitness(context)];
 */
export function takeWitness(context: OperationContext): Call {
  const [likeliest] = context.of(authentication).candidates;
  if (!likeliest) throw noKeyFits(context);
  const { algorithm } = likeliest;
  return call(
    'managementKey.getChallenge',
    { algorithm },
    {
      read: (witness) => context.keep(authentication, { witness }),
      failed: (error) => dropAlgorithm(context, algorithm, error),
    },
  );
}

/** Drops the keys of an algorithm that the card's key does not have. Returns undefined for any other error. */
function dropAlgorithm(
  context: OperationContext,
  algorithm: ManagementKeyAlgorithm,
  error: CardwrightError,
): Consequence | undefined {
  if (!isCardwrightError(error, 'ALGORITHM_NOT_SUPPORTED')) return undefined;
  const { candidates, refused = [] } = context.of(authentication);
  const left = candidates.filter((candidate) => candidate.algorithm !== algorithm);
  context.keep(authentication, { candidates: left, refused: [...refused, algorithm] });
  if (left.length === 0) throw noKeyFits(context);
  return 'continue';
}

/** Makes the error for a card that has none of the keys that are known. It names what the card answered, and what an administrator can set. */
function noKeyFits(context: OperationContext): OperationFailure {
  const { model, managementKey } = context.info;
  const { refused = [] } = context.of(authentication);
  const has = managementKey?.algorithm ?? null;
  return new OperationFailure(ownWords(({ factoryKey }) => factoryKey(model, has, refused.join(', '))));
}

/**
 * Selects the first candidate whose algorithm is that of the card's witness. The candidates before it are skipped without spending a try.
 *
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED` if no candidate has that algorithm, or if no try is left in the session; `RATE_LIMITED` if
 * the person has used up the witnesses of this hour. Both errors end the operation as failed.
 * @example
 * const step = { prepare: chooseCandidate, calls: (context: OperationContext) => [authenticateCard(context, () => {})] };
 */
export async function chooseCandidate(context: OperationContext): Promise<void> {
  const { candidates: all, witness, tries } = context.of(authentication);
  const index = all.findIndex(({ algorithm }) => algorithm === witness?.algorithm);
  if (index === -1 || tries === 0) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  const { records, person, services } = context;
  await spend(records.transaction, person, 'witness', services.quotas.witnessesPerHour);
  context.keep(authentication, { candidates: all.slice(index), tries: tries - 1 });
}

/**
 * Makes the call that answers the card's witness and sends the card a challenge. Only the card's cryptogram proves the key, never a report of
 * host or page. After a wrong cryptogram, reading the result throws CardwrightError `MANAGEMENT_KEY_REFUSED`.
 *
 * @param proved called after the card has proved the key
 * @example
 * const calls = (context: OperationContext): Call[] => [authenticateCard(context, () => console.log('proved'))];
 */
export function authenticateCard(context: OperationContext, proved: (key: KeyCandidate) => void | Promise<void>): Call {
  const { candidates, tries } = context.of(authentication);
  const [current, next] = candidates;
  if (!current) throw new Error('no candidate is out');
  return call(
    'managementKey.authenticate',
    async () => {
      const { witness } = context.of(authentication);
      if (!witness) throw new Error('no witness waits for an answer');
      const { response, challenge } = answerWitness(await keyOf(context, current), witness.witness);
      context.keep(authentication, { challenge, witness: null });
      return {
        algorithm: witness.algorithm,
        response,
        challenge,
        nextAlgorithm: tries > 0 ? (next?.algorithm ?? null) : null,
      };
    },
    {
      read: async ({ cardResponse }) => {
        const { challenge } = context.of(authentication);
        await requireProof(context, current, challenge, cardResponse);
        context.keep(authentication, { proved: current });
        await proved(current);
      },
      failed: (error) => readRefusal(context, error),
    },
  );
}

/**
 * Requires that the card's answer to a challenge proves a candidate, and logs the authentication.
 *
 * @throws CardwrightError `MANAGEMENT_KEY_REFUSED`
 */
export async function requireProof(
  context: OperationContext,
  candidate: KeyCandidate,
  challenge: string | null,
  cardResponse: string,
): Promise<void> {
  if (challenge === null || !isProvedBy(await keyOf(context, candidate), challenge, cardResponse))
    throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  context.report('management-key.authenticated', { key: nameOf(candidate) });
}

/**
 * Handles the refusal of a candidate. If the error brought a new witness, for the next candidate, drops the refused candidate and continues. If not,
 * fails the operation. Returns undefined for any other error.
 */
function readRefusal(context: OperationContext, error: CardwrightError): Consequence | undefined {
  if (!isCardwrightError(error, 'MANAGEMENT_KEY_REFUSED')) return undefined;
  const { candidates } = context.of(authentication);
  const [refused] = candidates;
  if (refused) context.report('management-key.refused', { key: nameOf(refused) }, 'failed');
  const witness = witnessOfRefusal(error);
  if (!witness) return 'fail';
  context.keep(authentication, { candidates: candidates.slice(1), witness });
  return 'continue';
}

const nameOf = ({ escrow }: KeyCandidate): string => (escrow === null ? 'configured' : 'own');

export async function keyOf(
  context: OperationContext,
  { escrow: id, algorithm, other }: KeyCandidate,
): Promise<ManagementKey> {
  const { keys } = context.services.store;
  if (id === null) {
    const { managementKey, otherManagementKeys } = await openFactorySecrets(await context.currentPolicy(), keys);
    const key = other === undefined ? managementKey : otherManagementKeys?.[other]?.managementKey;
    // The policy may have been changed since the candidates were found.
    if (key === undefined || !fitsAlgorithm(key, algorithm))
      throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
    return { algorithm, key: Buffer.from(key, 'hex') };
  }
  const escrow = escrowOf(context, id);
  const key = escrow ? await escrowedManagementKey(escrow, keys) : null;
  if (!key) throw new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  return key;
}

const escrowOf = (context: OperationContext, id: string): Escrow | undefined =>
  context.device?.escrows.find((escrow) => escrow.id === id);

/** Returns the witness that a refusal brought for the next candidate; null if the refusal brought no witness. */
function witnessOfRefusal({
  data,
}: CardwrightError<'MANAGEMENT_KEY_REFUSED'>): { algorithm: ManagementKeyAlgorithm; witness: string } | null {
  const algorithm = v.safeParse(managementKeyAlgorithm, data.next?.algorithm);
  if (!data.next || !algorithm.success || decodeBytes(data.next.witness).length === 0) return null;
  return { algorithm: algorithm.output, witness: data.next.witness };
}
