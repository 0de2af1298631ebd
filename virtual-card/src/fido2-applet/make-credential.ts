import type { FidoUser } from '../card/fido-state.js';
import { attest } from './attestation-statement.js';
import type { Context } from './authenticator-context.js';
import { authenticatorData } from './authenticator-data.js';
import { cborMap } from './cbor.js';
import { type Credential, CREDENTIAL_TYPE, CredProtect, findCredential, residentId, sealedId } from './credential.js';
import { coseKey, makeCredentialKey } from './credential-keys.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { MAX_CREDENTIALS_IN_LIST, remaining } from './get-info.js';
import { Parameters } from './parameters.js';
import { Permission } from './pin-token.js';
import { answerEmptyCode, readOptions, verifiedBy } from './user-verification.js';

/** Parameters of authenticatorMakeCredential (CTAP 2.1, 6.1). */
const Key = {
  clientDataHash: 0x01,
  rp: 0x02,
  user: 0x03,
  pubKeyCredParams: 0x04,
  excludeList: 0x05,
  extensions: 0x06,
  options: 0x07,
  pinUvAuthParam: 0x08,
  pinUvAuthProtocol: 0x09,
  enterpriseAttestation: 0x0a,
} as const;
const Answer = { format: 0x01, authData: 0x02, statement: 0x03, epAtt: 0x04 } as const;
const TOKEN = { code: Key.pinUvAuthParam, protocol: Key.pinUvAuthProtocol };
const HASH_BYTES = 32;
const MAX_USER_ID_BYTES = 64;
const VENDOR_FACILITATED = 1;
const PLATFORM_MANAGED = 2;

/** Executes authenticatorMakeCredential (CTAP 2.1, 6.1). */
export async function makeCredential(context: Context, bytes: Buffer): Promise<unknown> {
  const { card, profile, fido, presence, cancelled } = context;
  const parameters = Parameters.parse(bytes);
  await answerEmptyCode(context, parameters, TOKEN);
  const order = readOrder(context, parameters);
  const { rpId, user, isResident } = order;
  const token = verifiedBy(context, parameters, {
    ...{ keys: TOKEN, message: order.clientDataHash, permission: Permission.makeCredential, rpId },
  });
  if (!token) requireNoToken(context, isResident);
  const isVerified = token !== undefined;
  const excluded = order.excluded
    .map((id) => findCredential(fido, rpId, id))
    .some((found) => found && (isVerified || found.credProtect !== CredProtect.required));
  await presence.prove(cancelled);
  token?.spend();
  if (excluded) throw new CtapError(CtapStatus.credentialExcluded, 'there is such a credential already');

  const key = makeCredentialKey(order.algorithm);
  const { credProtect, hmacSecret } = order;
  const made = { ...key, credProtect, hmacSecret };
  const id = isResident ? store(context, rpId, { ...made, id: residentId(), user }) : sealedId(fido, rpId, made);
  const authData = authenticatorData(fido, {
    ...{ rpId, isUserPresent: true, isUserVerified: isVerified },
    attested: { aaguid: profile.aaguid, id, publicKey: coseKey(key) },
    extensions: outputs(context, order),
  });
  const { isEnterprise } = order;
  const signed = Buffer.concat([authData, order.clientDataHash]);
  const { format, statement } = attest(card, profile, { key, signed, isEnterprise });
  return cborMap([
    [Answer.format, format],
    [Answer.authData, authData],
    [Answer.statement, statement],
    [Answer.epAtt, isEnterprise ? true : undefined],
  ]);
}

interface Order {
  readonly clientDataHash: Buffer;
  readonly rpId: string;
  readonly user: FidoUser;
  readonly algorithm: number;
  readonly excluded: readonly Buffer[];
  readonly isResident: boolean;
  readonly isEnterprise: boolean;
  readonly hmacSecret: boolean;
  /** Set when the client requested the extension credProtect. */
  readonly asksCredProtect: boolean;
  readonly credProtect: number;
  readonly asksMinPinLength: boolean;
}

function readOrder(context: Context, parameters: Parameters): Order {
  const clientDataHash = parameters.bytes(Key.clientDataHash, HASH_BYTES);
  const rpId = parameters.within(Key.rp).text('id');
  const user = readUser(parameters.within(Key.user));
  const algorithm = chooseAlgorithm(context, parameters.list(Key.pubKeyCredParams));
  const options = readOptions(parameters, Key.options);
  if (options.up === false) throw new CtapError(CtapStatus.invalidOption, 'a registration needs the user');
  const isEnterprise = readEnterprise(context, parameters.optionalNumber(Key.enterpriseAttestation));
  const extensions = parameters.optionalWithin(Key.extensions);
  const credProtect = extensions?.optionalNumber('credProtect');
  if (credProtect !== undefined && (credProtect < CredProtect.optional || credProtect > CredProtect.required)) {
    throw new CtapError(CtapStatus.invalidOption, 'no such protection');
  }
  return {
    ...{ clientDataHash, rpId, user, algorithm, isEnterprise },
    excluded: readDescriptors(parameters.optionalList(Key.excludeList)),
    isResident: options.rk ?? false,
    hmacSecret: extensions?.boolean('hmac-secret') ?? false,
    asksCredProtect: credProtect !== undefined,
    credProtect: credProtect ?? CredProtect.optional,
    asksMinPinLength: extensions?.boolean('minPinLength') ?? false,
  };
}

/** Reads the user whose credential is to be created, or whose names are to be updated. */
export function readUser(parameters: Parameters): FidoUser {
  const id = parameters.bytes('id');
  if (id.length === 0 || id.length > MAX_USER_ID_BYTES) {
    throw new CtapError(CtapStatus.invalidLength, 'a user id has 1 to 64 bytes');
  }
  return { id, name: parameters.optionalText('name'), displayName: parameters.optionalText('displayName') };
}

/**
 * Reads the ids of an allowList or excludeList. Ignores credentials other than public keys.
 *
 * @throws CtapError 15 for more than `MAX_CREDENTIALS_IN_LIST` entries
 */
export function readDescriptors(list: readonly Parameters[] | undefined): readonly Buffer[] {
  if (list && list.length > MAX_CREDENTIALS_IN_LIST)
    throw new CtapError(CtapStatus.limitExceeded, 'too many credentials');
  const named = (list ?? []).map((item) => ({ type: item.text('type'), id: item.bytes('id') }));
  return named.filter(({ type }) => type === CREDENTIAL_TYPE).map(({ id }) => id);
}

/** Chooses the client's first algorithm that the authenticator supports. Every entry must be well-formed (CTAP 2.1, 6.1.2, step 3). */
function chooseAlgorithm({ profile }: Context, list: readonly Parameters[]): number {
  const wanted = list.map((item) => ({ type: item.text('type'), algorithm: item.integer('alg') }));
  if (wanted.some(({ algorithm }) => algorithm === undefined)) {
    throw new CtapError(CtapStatus.missingParameter, 'alg is missing');
  }
  const chosen = wanted.find(
    ({ type, algorithm }) =>
      type === CREDENTIAL_TYPE && algorithm !== undefined && profile.algorithms.includes(algorithm),
  );
  if (chosen?.algorithm === undefined) throw new CtapError(CtapStatus.unsupportedAlgorithm, 'none of its algorithms');
  return chosen.algorithm;
}

/**
 * True if the attestation certificate must identify the authenticator: the client requests platform-managed attestation (2). False for
 * vendor-facilitated attestation (1), because the vendor's list of relying parties is empty here. False if the client requests neither.
 *
 * @throws CtapError 02 if enterprise attestation is not enabled, 2C for a value other than 1 and 2
 */
function readEnterprise({ fido, profile }: Context, wanted: number | undefined): boolean {
  if (wanted === undefined) return false;
  if (!profile.enterpriseAttestation || !fido.enterpriseAttestation) {
    throw new CtapError(CtapStatus.invalidParameter, 'no enterprise attestation');
  }
  if (wanted !== VENDOR_FACILITATED && wanted !== PLATFORM_MANAGED) {
    throw new CtapError(CtapStatus.invalidOption, 'no such enterprise attestation');
  }
  return wanted === PLATFORM_MANAGED;
}

/**
 * Checks that a registration needs no token.
 *
 * @throws CtapError 36 if user verification is always required, or if a PIN is set and either the credential is discoverable or the authenticator is
 * older than CTAP 2.1 (CTAP 2.1, 6.1.2, steps 6 to 9)
 */
function requireNoToken({ fido, pins, profile }: Context, isResident: boolean): void {
  const needsNone = profile.permissions && !isResident;
  if (fido.alwaysUv || (pins.pin.hash && !needsNone)) throw new CtapError(CtapStatus.puatRequired, 'PIN needed');
}

/**
 * Stores a discoverable credential and returns its id. The credential replaces any other with the same user and relying party. While user
 * verification is always required, a profile with `losesCredentialsUnderAlwaysUv` deletes the replaced credential but stores nothing.
 *
 * @throws CtapError 28 if the authenticator is full
 */
function store(context: Context, rpId: string, credential: Credential & { user: FidoUser }): Buffer {
  const { fido, profile } = context;
  const others = fido.credentials.filter((kept) => kept.rpId !== rpId || !kept.user.id.equals(credential.user.id));
  if (remaining(profile, { credentials: others }) < 1) throw new CtapError(CtapStatus.keyStoreFull, 'no room');
  const isLost = fido.alwaysUv && profile.losesCredentialsUnderAlwaysUv;
  fido.credentials = isLost ? others : [...others, { ...credential, rpId }];
  return credential.id;
}

function outputs({ fido, pins, profile }: Context, order: Order): ReadonlyMap<string, unknown> {
  const tellsLength = profile.permissions && order.asksMinPinLength && fido.minPinLengthRpIds.includes(order.rpId);
  return new Map<string, unknown>([
    ...(order.asksCredProtect ? ([['credProtect', order.credProtect]] as const) : []),
    ...(order.hmacSecret ? ([['hmac-secret', true]] as const) : []),
    ...(tellsLength ? ([['minPinLength', pins.minPinLength]] as const) : []),
  ]);
}
