import type { ResidentCredential } from '../card/fido-state.js';
import type { Context } from './authenticator-context.js';
import { cborMap, encodeCbor } from './cbor.js';
import { type Credential, descriptor, residentCredentials, rpIdHash } from './credential.js';
import { coseKey } from './credential-keys.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { userEntity } from './get-assertion.js';
import { remaining } from './get-info.js';
import { readUser } from './make-credential.js';
import { Parameters } from './parameters.js';
import { Permission, type PinToken } from './pin-token.js';

/** Parameters of authenticatorCredentialManagement (CTAP 2.1, 6.8). */
const Key = { subCommand: 0x01, subCommandParams: 0x02, protocol: 0x03, code: 0x04 } as const;
const SubParameter = { rpIdHash: 0x01, credentialId: 0x02, user: 0x03 } as const;
const Answer = {
  existing: 0x01,
  remaining: 0x02,
  rp: 0x03,
  rpIdHash: 0x04,
  totalRps: 0x05,
  user: 0x06,
  credentialId: 0x07,
  publicKey: 0x08,
  totalCredentials: 0x09,
  credProtect: 0x0a,
} as const;
const SubCommand = {
  getMetadata: 0x01,
  enumerateRpsBegin: 0x02,
  enumerateRpsNext: 0x03,
  enumerateCredentialsBegin: 0x04,
  enumerateCredentialsNext: 0x05,
  deleteCredential: 0x06,
  updateUser: 0x07,
} as const;
const HASH_BYTES = 32;

/** Executes authenticatorCredentialManagement (CTAP 2.1, 6.8). */
export function credentialManagement(context: Context, bytes: Buffer): unknown {
  const parameters = Parameters.parse(bytes);
  const subCommand = parameters.number(Key.subCommand);
  const { pending } = context;
  pending.assertion = undefined;
  if (subCommand !== SubCommand.enumerateRpsNext) pending.relyingParties = [];
  if (subCommand !== SubCommand.enumerateCredentialsNext) pending.credentials = [];
  switch (subCommand) {
    case SubCommand.enumerateRpsNext:
      return nextRelyingParty(context);
    case SubCommand.enumerateCredentialsNext:
      return nextCredential(context);
    case SubCommand.getMetadata:
      authenticate(context, parameters).require(Permission.credentialManagement);
      return metadata(context);
    case SubCommand.enumerateRpsBegin:
      authenticate(context, parameters).require(Permission.credentialManagement);
      return beginRelyingParties(context);
    case SubCommand.enumerateCredentialsBegin:
      return beginCredentials(context, parameters);
    case SubCommand.deleteCredential:
      deleteCredential(context, parameters);
      return undefined;
    case SubCommand.updateUser:
      updateUser(context, parameters);
      return undefined;
    default:
      throw new CtapError(CtapStatus.invalidSubcommand, 'no such subcommand');
  }
}

function metadata({ fido, profile }: Context): unknown {
  return cborMap([
    [Answer.existing, fido.credentials.length],
    [Answer.remaining, remaining(profile, fido)],
  ]);
}

function beginRelyingParties(context: Context): unknown {
  const rpIds = [...new Set(context.fido.credentials.map(({ rpId }) => rpId))];
  const [first, ...others] = rpIds;
  if (first === undefined) throw new CtapError(CtapStatus.noCredentials, 'no credentials');
  context.pending.relyingParties = others;
  return relyingParty(first, rpIds.length);
}

function nextRelyingParty({ pending }: Context): unknown {
  const [next, ...others] = pending.relyingParties;
  if (next === undefined) throw new CtapError(CtapStatus.notAllowed, 'no relying party before this one');
  pending.relyingParties = others;
  return relyingParty(next);
}

function relyingParty(rpId: string, total?: number): unknown {
  return cborMap([
    [Answer.rp, cborMap([['id', rpId]])],
    [Answer.rpIdHash, rpIdHash(rpId)],
    [Answer.totalRps, total],
  ]);
}

function beginCredentials(context: Context, parameters: Parameters): unknown {
  const { fido, pending } = context;
  const hash = parameters.within(Key.subCommandParams).bytes(SubParameter.rpIdHash, HASH_BYTES);
  const rpId = fido.credentials.find((credential) => rpIdHash(credential.rpId).equals(hash))?.rpId;
  authenticate(context, parameters).require(Permission.credentialManagement, rpId);
  const found = rpId === undefined ? [] : residentCredentials(fido, rpId);
  const [first, ...others] = found;
  if (!first) throw new CtapError(CtapStatus.noCredentials, 'no credentials');
  pending.credentials = others;
  return credentialEntry(first, found.length);
}

function nextCredential({ pending }: Context): unknown {
  const [next, ...others] = pending.credentials;
  if (!next) throw new CtapError(CtapStatus.notAllowed, 'no credential before this one');
  pending.credentials = others;
  return credentialEntry(next);
}

function credentialEntry(credential: Credential, total?: number): unknown {
  return cborMap([
    [Answer.user, credential.user && userEntity(credential.user, true)],
    [Answer.credentialId, descriptor(credential.id)],
    [Answer.publicKey, coseKey(credential)],
    [Answer.totalCredentials, total],
    [Answer.credProtect, credential.credProtect],
  ]);
}

function deleteCredential(context: Context, parameters: Parameters): void {
  const { fido } = context;
  const doomed = named(context, parameters);
  fido.credentials = fido.credentials.filter((credential) => credential !== doomed);
}

function updateUser(context: Context, parameters: Parameters): void {
  const { fido } = context;
  const user = readUser(parameters.within(Key.subCommandParams).within(SubParameter.user));
  const changed = named(context, parameters);
  if (!changed.user.id.equals(user.id)) throw new CtapError(CtapStatus.invalidParameter, 'another user');
  fido.credentials = fido.credentials.map((kept) => (kept === changed ? { ...kept, user } : kept));
}

/**
 * Returns the credential that the parameters name.
 *
 * @throws CtapError 36 if the client sends no code, 33 if the code or the token is invalid, or the token does not permit the command, 2E if there is
 * no such credential
 */
function named(context: Context, parameters: Parameters): ResidentCredential {
  const id = parameters.within(Key.subCommandParams).within(SubParameter.credentialId).bytes('id');
  const found = context.fido.credentials.find((credential) => credential.id.equals(id));
  authenticate(context, parameters).require(Permission.credentialManagement, found?.rpId);
  if (!found) throw new CtapError(CtapStatus.noCredentials, 'no such credential');
  return found;
}

function authenticate({ pins, profile }: Context, parameters: Parameters): PinToken {
  if (!parameters.has(Key.code)) throw new CtapError(CtapStatus.puatRequired, 'PIN needed');
  const subParameters = parameters.optionalWithin(Key.subCommandParams);
  const message = Buffer.concat([
    Buffer.of(parameters.number(Key.subCommand)),
    ...(subParameters ? [encodeCbor(subParameters.map)] : []),
  ]);
  const token = pins.authenticate(parameters, Key, message);
  if (token.isBound && !profile.managesWithBoundToken) {
    throw new CtapError(CtapStatus.pinAuthInvalid, 'the token is bound to a relying party');
  }
  return token;
}
