import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { CardwrightError, passkeyProofMessage, type FidoFacts, type RegistrationResponse } from '@cardwright/protocol';
import { encode } from 'cborg';

const FLAGS = { up: 0x01, uv: 0x04, at: 0x40 };
const NO_FLAGS = 0;

/** A passkey in an authenticator. */
export interface FakeCredential {
  readonly id: string;
  readonly rpId: string;
  readonly userId: string;
  readonly privateKey: KeyObject;
}

/** What a registration is made of; a test that attacks changes one of them. */
export interface Making {
  readonly rpId: string;
  readonly userId: string;
  readonly challenge: string;
  readonly origin: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly flags?: number;
}

/** A FIDO2 application as far as a CMS sees of it: it makes passkeys with packed attestation by their own keys. */
export class FakeAuthenticator {
  pin: string | null = null;
  forcePinChange = false;
  isPinBlocked = false;
  resets = 0;
  readonly aaguid = 'd7781e5d-e353-46aa-afe2-3ca49f13332a';
  readonly credentials: FakeCredential[] = [];

  get facts(): FidoFacts {
    return {
      versions: ['FIDO_2_1'],
      aaguid: this.aaguid,
      pinSet: this.pin !== null,
      minPinLength: 4,
      forcePinChange: this.forcePinChange,
      pinComplexity: false,
      alwaysUv: false,
      credentialManagement: true,
      canSetMinPinLength: true,
      enterpriseAttestation: null,
      resetTransports: null,
    };
  }

  /** As CTAP's authenticatorReset. */
  reset(): void {
    this.pin = null;
    this.forcePinChange = false;
    this.isPinBlocked = false;
    this.credentials.length = 0;
    this.resets += 1;
  }

  verify(pin: string): void {
    if (this.isPinBlocked) throw new CardwrightError('FIDO_PIN_BLOCKED');
    if (this.pin === null) throw new CardwrightError('FIDO_PIN_MISSING');
    if (pin !== this.pin) throw new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: 7 });
  }

  /** A resident key takes the place of the one with its relying party and user. */
  make({ rpId, userId, challenge, origin, type, crossOrigin, flags }: Making): RegistrationResponse {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    const before = this.credentials.findIndex((one) => one.rpId === rpId && one.userId === userId);
    if (before !== -1) this.credentials.splice(before, 1);
    this.credentials.push({ id: id.toString('base64url'), rpId, userId, privateKey });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // Strings become numbers in the order of canonical CBOR (RFC 9053, 7.1.1).
    const cose = encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([
      head(rpId, flags ?? FLAGS.up | FLAGS.uv | FLAGS.at),
      Buffer.from(this.aaguid.replaceAll('-', ''), 'hex'),
      length,
      id,
      cose,
    ]);
    const client = { type: type ?? 'webauthn.create', challenge, origin, crossOrigin: crossOrigin ?? false };
    const clientDataJSON = Buffer.from(JSON.stringify(client));
    const sig = sign('sha256', Buffer.concat([authData, sha256(clientDataJSON)]), privateKey);
    const attestationObject = encode({
      fmt: 'packed',
      attStmt: { alg: -7, sig: new Uint8Array(sig) },
      authData: new Uint8Array(authData),
    });
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
        transports: ['usb'],
      },
      clientExtensionResults: {},
    };
  }

  /** An assertion without a touch over the passkey proof; null where the passkey is not here. */
  prove(credentialId: string, challenge: string, rpId?: string) {
    const credential = this.credentials.find(({ id }) => id === credentialId);
    if (!credential) return null;
    const authData = head(rpId ?? credential.rpId, NO_FLAGS);
    const signed = Buffer.concat([authData, sha256(passkeyProofMessage(challenge))]);
    return {
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, credential.privateKey).toString('base64url'),
    };
  }

  delete(credentialId: string): boolean {
    const index = this.credentials.findIndex(({ id }) => id === credentialId);
    if (index !== -1) this.credentials.splice(index, 1);
    return index !== -1;
  }
}

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** RP id hash, flags and signature counter (WebAuthn, 6.1). */
const head = (rpId: string, flags: number): Buffer =>
  Buffer.concat([sha256(rpId), Buffer.from([flags]), Buffer.alloc(4)]);
