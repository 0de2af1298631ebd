import type { FidoUser } from '../card/fido-state.js';
import type { Context, PendingAssertion } from './authenticator-context.js';
import { authenticatorData } from './authenticator-data.js';
import { cborMap } from './cbor.js';
import { type Credential, CredProtect, descriptor, findCredential, residentCredentials } from './credential.js';
import { signWith } from './credential-keys.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { hmacSecret } from './hmac-secret.js';
import { readDescriptors } from './make-credential.js';
import { Parameters } from './parameters.js';
import { Permission } from './pin-token.js';
import { answerEmptyCode, readOptions, verifiedBy } from './user-verification.js';

/** Parameters of authenticatorGetAssertion (CTAP 2.1, 6.2). */
const Key = {
  rpId: 0x01,
  clientDataHash: 0x02,
  allowList: 0x03,
  extensions: 0x04,
  options: 0x05,
  pinUvAuthParam: 0x06,
  pinUvAuthProtocol: 0x07,
} as const;
const Answer = { credential: 0x01, authData: 0x02, signature: 0x03, user: 0x04, numberOfCredentials: 0x05 } as const;
const TOKEN = { code: Key.pinUvAuthParam, protocol: Key.pinUvAuthProtocol };
const HASH_BYTES = 32;
/** Milliseconds after an assertion within which the next assertion must be requested (CTAP 2.1, 6.3). */
const NEXT_MS = 30_000;

/**
 * Executes authenticatorGetAssertion (CTAP 2.1, 6.2). With the option "up" false, no touch is needed, and the flag "user present" is not set. An
 * authenticator without `signsSilently` refuses this option with CtapError 3B.
 */
export async function getAssertion(context: Context, bytes: Buffer): Promise<unknown> {
  const { fido, presence, cancelled, pending, card, profile } = context;
  const parameters = Parameters.parse(bytes);
  await answerEmptyCode(context, parameters, TOKEN);
  const rpId = parameters.text(Key.rpId);
  const clientDataHash = parameters.bytes(Key.clientDataHash, HASH_BYTES);
  const options = readOptions(parameters, Key.options);
  if (options.rk !== undefined) throw new CtapError(CtapStatus.unsupportedOption, 'rk is for registrations');
  const isUserPresent = options.up ?? true;
  if (!isUserPresent && !profile.signsSilently) throw new CtapError(CtapStatus.upRequired, 'touch needed');
  const hmacInput = parameters.optionalWithin(Key.extensions)?.optionalWithin('hmac-secret');
  if (hmacInput && !isUserPresent) throw new CtapError(CtapStatus.unsupportedOption, 'hmac-secret needs the user');
  const list = parameters.optionalList(Key.allowList);
  const allowed = readDescriptors(list);
  const token = verifiedBy(context, parameters, {
    ...{ keys: TOKEN, message: clientDataHash, permission: Permission.getAssertion, rpId },
  });
  const isUserVerified = token !== undefined;
  if (fido.alwaysUv && isUserPresent && !token) throw new CtapError(CtapStatus.puatRequired, 'PIN needed');

  const hasList = list !== undefined && list.length > 0;
  const found = hasList
    ? allowed.map((id) => findCredential(fido, rpId, id)).filter((credential) => credential !== undefined)
    : residentCredentials(fido, rpId);
  const usable = found.filter((credential) => mayBeUsed(credential, { isUserVerified, hasList }));
  const [first, ...others] = usable;
  if (!first) throw new CtapError(CtapStatus.noCredentials, 'no such credential');
  if (isUserPresent) {
    await presence.prove(cancelled);
    token?.spend();
  }
  const basis = { rpId, clientDataHash, isUserPresent, isUserVerified };
  if (!hasList && others.length > 0) pending.assertion = { ...basis, credentials: others, since: card.clock.now() };
  const output = hmacInput && first.hmacSecret ? hmacSecret(context, hmacInput, first, isUserVerified) : undefined;
  const extensions = new Map(output ? [['hmac-secret', output]] : []);
  return assertion(context, basis, first, { extensions, total: hasList ? 1 : usable.length });
}

/** Executes authenticatorGetNextAssertion (CTAP 2.1, 6.3). */
export function getNextAssertion(context: Context): unknown {
  const { pending, card } = context;
  const [next, ...others] = pending.assertion?.credentials ?? [];
  const { assertion: basis } = pending;
  if (!basis || !next || card.clock.now() - basis.since >= NEXT_MS) {
    pending.assertion = undefined;
    throw new CtapError(CtapStatus.notAllowed, 'no assertion before this one');
  }
  pending.assertion = { ...basis, credentials: others, since: card.clock.now() };
  return assertion(context, basis, next, { extensions: new Map(), total: undefined });
}

function mayBeUsed(
  { credProtect }: Credential,
  { isUserVerified, hasList }: { isUserVerified: boolean; hasList: boolean },
): boolean {
  if (isUserVerified || credProtect === CredProtect.optional) return true;
  return credProtect === CredProtect.optionalWithList && hasList;
}

function assertion(
  { fido }: Context,
  basis: Omit<PendingAssertion, 'credentials' | 'since'>,
  credential: Credential,
  { extensions, total }: { extensions: ReadonlyMap<string, unknown>; total: number | undefined },
): unknown {
  const authData = authenticatorData(fido, { ...basis, extensions });
  const isChoice = total === undefined || total > 1;
  return cborMap([
    [Answer.credential, descriptor(credential.id)],
    [Answer.authData, authData],
    [Answer.signature, signWith(credential, Buffer.concat([authData, basis.clientDataHash]))],
    [Answer.user, credential.user && userEntity(credential.user, isChoice && basis.isUserVerified)],
    [Answer.numberOfCredentials, total !== undefined && total > 1 ? total : undefined],
  ]);
}

/**
 * Returns the user of a credential.
 *
 * @param tellsNames true to include the names. An assertion does so only for a verified user with several credentials (CTAP 2.1, 6.2.2, step 13)
 */
export function userEntity({ id, name, displayName }: FidoUser, tellsNames: boolean): unknown {
  return cborMap([
    ['id', id],
    ['name', tellsNames ? name : undefined],
    ['displayName', tellsNames ? displayName : undefined],
  ]);
}
