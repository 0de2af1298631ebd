import { createHash, createSign, generateKeyPairSync, KeyObject, randomBytes } from 'node:crypto';
import { passkeyProofMessage, type CreationOptions, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { aaguidBytes, type FidoManufacturer } from './fido-manufacturer.js';

/** The AAGUID of the tests' manufacturer's model. */
export const TEST_AAGUID = '4b7e9c1a-6d2f-4e83-9a50-1c2d3e4f5a6b';

type Cbor = Parameters<typeof isoCBOR.encode>[0];
type CborMap = Map<string | number, Cbor>;

const FLAGS = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 } as const;
const ES256 = -7;

/** Faults of an answer; by default none. */
export interface CeremonyFaults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly userHandle?: string;
  /** The signature counter. */
  readonly counter?: number;
  /** Set when the signature covers other data. */
  readonly isForged?: boolean;
}

export interface SoftwareAuthenticatorOptions {
  readonly aaguid?: string;
  /** The attestation: by a manufacturer, by its own new key (`self`), or none. */
  readonly attestation?: FidoManufacturer | 'self' | 'none';
}

/** One passkey in an authenticator. */
export interface SoftwarePasskey {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
}

/** A security key in software. It builds WebAuthn's bytes itself, valid or with faults. */
export class SoftwareAuthenticator {
  readonly aaguid: string;
  counter = 0;
  readonly #attestation: FidoManufacturer | 'self' | 'none';

  constructor({ aaguid = TEST_AAGUID, attestation = 'self' }: SoftwareAuthenticatorOptions = {}) {
    this.aaguid = aaguid;
    this.#attestation = attestation;
  }

  /** Answers `navigator.credentials.create()` at an origin. */
  register(
    options: CreationOptions,
    origin: string,
    faults: CeremonyFaults = {},
  ): { readonly passkey: SoftwarePasskey; readonly response: RegistrationResponse } {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const idBytes = randomBytes(16);
    const id = idBytes.toString('base64url');
    const clientData = encodeClientData('webauthn.create', options.challenge, origin, faults);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(idBytes.length);
    const authData = Buffer.concat([
      this.#header(faults.rpId ?? options.rp.id, FLAGS.attested, faults),
      aaguidBytes(this.aaguid),
      length,
      idBytes,
      encodeKey(publicKey),
    ]);
    const signed = Buffer.concat([authData, sha256(faults.isForged === true ? randomBytes(32) : clientData)]);
    const attestationObject = encodeCbor(
      new Map<string | number, Cbor>([
        ['fmt', this.#attestation === 'none' ? 'none' : 'packed'],
        ['attStmt', this.#attest(signed, privateKey)],
        ['authData', new Uint8Array(authData)],
      ]),
    );
    return {
      passkey: { id, rpId: options.rp.id, userHandle: options.user.id, key: privateKey },
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['nfc', 'usb'],
        },
        clientExtensionResults: {},
      },
    };
  }

  /** Answers `navigator.credentials.get()` at an origin, as `AuthenticationResponseJSON`. */
  assert(
    { id, rpId, userHandle, key }: SoftwarePasskey,
    challenge: string,
    origin: string,
    faults: CeremonyFaults = {},
  ) {
    this.counter += 1;
    const clientData = encodeClientData('webauthn.get', challenge, origin, faults);
    const authenticatorData = this.#header(faults.rpId ?? rpId, 0, faults);
    const hash = sha256(faults.isForged === true ? randomBytes(32) : clientData);
    return {
      id,
      rawId: id,
      type: 'public-key',
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signWith(key, Buffer.concat([authenticatorData, hash])).toString('base64url'),
        userHandle: faults.userHandle ?? userHandle,
      },
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {},
    };
  }

  /** Signs the passkey proof without a touch, as `fido.createCredential` answers it. */
  prove({ rpId, key }: SoftwarePasskey, challenge: string, faults: CeremonyFaults = {}) {
    const unattended = { userPresent: false, userVerified: false, counter: 0, ...faults };
    const authenticatorData = this.#header(faults.rpId ?? rpId, 0, unattended);
    const signed = Buffer.concat([authenticatorData, sha256(passkeyProofMessage(challenge))]);
    return {
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signWith(key, signed).toString('base64url'),
    };
  }

  /** Builds RP id hash, flags and counter (WebAuthn, 6.1). */
  #header(
    rpId: string,
    more: number,
    { userPresent = true, userVerified = true, counter = this.counter }: CeremonyFaults,
  ): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = (userPresent ? FLAGS.userPresent : 0) | (userVerified ? FLAGS.userVerified : 0) | more;
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count]);
  }

  #attest(signed: Buffer, own: KeyObject): CborMap {
    if (this.#attestation === 'none') return new Map();
    const key = this.#attestation === 'self' ? own : KeyObject.from(this.#attestation.attestationKey);
    const statement = new Map<string | number, Cbor>([
      ['alg', ES256],
      ['sig', new Uint8Array(signWith(key, signed))],
    ]);
    if (this.#attestation !== 'self')
      statement.set(
        'x5c',
        this.#attestation.chain.map((der) => new Uint8Array(der)),
      );
    return statement;
  }
}

/** Encodes a P-256 key as a COSE key (RFC 9053, 7.1). */
export function encodeKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'base64url'));
  return encodeCbor(
    new Map<string | number, Cbor>([
      [1, 2],
      [3, ES256],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]),
  );
}

/** Encodes client data in the order of browsers (WebAuthn, 5.8.1.1). */
const encodeClientData = (type: string, challenge: string, origin: string, faults: CeremonyFaults): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? origin,
      crossOrigin: faults.crossOrigin ?? false,
    }),
  );

const encodeCbor = (value: CborMap): Buffer => Buffer.from(isoCBOR.encode(value));
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const signWith = (key: KeyObject, bytes: Buffer): Buffer => createSign('sha256').update(bytes).sign(key);
