import 'reflect-metadata';
import { createCipheriv, KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import {
  CardwrightError,
  type DeviceInfo,
  type KeyAlgorithm,
  type ManagementKeyAlgorithm,
  type Slot,
} from '@cardwright/protocol';
import * as x509 from '@peculiar/x509';
import { attestKey, type AttestationAuthority } from './attestation-authority.js';
import type { FakeAuthenticator } from './fake-authenticator.js';

const CIPHERS: Record<ManagementKeyAlgorithm, string> = {
  '3DES': 'des-ede3-ecb',
  'AES-128': 'aes-128-ecb',
  'AES-192': 'aes-192-ecb',
  'AES-256': 'aes-256-ecb',
};
const FACTORY_KEY = Buffer.from('010203040506070801020304050607080102030405060708', 'hex');
const TRIES = 3;

/** What a card holds and does, as far as the portal's operations see of it. Written for these tests alone. */
export class FakeCard {
  managementKey: { algorithm: ManagementKeyAlgorithm; key: Buffer };
  pin = '123456';
  puk = '12345678';
  pukTries = TRIES;
  /** The fewest tries that its PUK ever had. */
  fewestPukTries = TRIES;
  managementTries = 0;
  isPinBlocked = false;
  /** False: firmware before 5.3, which tells neither whether a secret is the factory's nor the PUK's counter. */
  hasMetadata = true;
  erasures = 0;
  readonly objects = new Map<string, string>();
  readonly certificates = new Map<string, string>();
  readonly keys = new Map<Slot, CryptoKeyPair>();
  /** Its FIDO2 application, if it has one. */
  fido: FakeAuthenticator | null = null;
  /** Whether the host reaches that. */
  isFidoReached = true;
  /** Whether one PIN is for both applications. */
  sharesPin = false;
  #witness: Buffer | undefined;

  constructor(
    readonly model: 'yubikey' | 'piv' | 'fido2',
    readonly serial: string | null,
    readonly attestation: AttestationAuthority | null,
  ) {
    this.managementKey = { algorithm: model === 'yubikey' ? 'AES-192' : '3DES', key: FACTORY_KEY };
  }

  get isYubiKey(): boolean {
    return this.model === 'yubikey';
  }

  /** As the host would describe it. */
  describe(id: string): DeviceInfo {
    const guid = this.guid;
    const hasMetadata = this.isYubiKey && this.hasMetadata;
    const isDefault = (now: boolean) => (hasMetadata ? now : null);
    const fido2 = this.isFidoReached ? (this.fido?.facts ?? null) : null;
    if (this.model === 'fido2') return { ...withoutPiv(id, this.serial), fido2 };
    return {
      id,
      provisional: this.serial === null && guid === null,
      reader: 'Test reader 00 00',
      atr: 'OwA',
      state: 'ready',
      model: this.model,
      modelName: this.isYubiKey ? 'YubiKey 5' : 'PIV card',
      firmware: this.isYubiKey ? '5.7.0' : null,
      serial: this.serial,
      guid,
      applications: fido2 ? ['piv', 'fido2'] : ['piv'],
      fido2,
      capabilities: {
        serial: this.isYubiKey,
        metadata: hasMetadata,
        attestation: this.isYubiKey,
        changeManagementKey: this.isYubiKey,
        reset: this.isYubiKey,
      },
      certificates: [...this.certificates.keys()].filter((slot): slot is Slot =>
        ['9A', '9C', '9D', '9E'].includes(slot),
      ),
      pin: {
        retriesLeft: this.isPinBlocked ? 0 : TRIES,
        blocked: this.isPinBlocked,
        isDefault: isDefault(this.pin === '123456'),
      },
      puk: hasMetadata
        ? {
            retriesLeft: this.pukTries,
            blocked: this.pukTries === 0,
            isDefault: isDefault(this.puk === '12345678'),
          }
        : null,
      managementKey: this.isYubiKey
        ? { algorithm: this.managementKey.algorithm, isDefault: isDefault(this.managementKey.key.equals(FACTORY_KEY)) }
        : null,
    };
  }

  /** Sets the PIN by the PUK or in its own place. */
  setPin(pin: string): void {
    this.pin = pin;
    if (this.sharesPin && this.fido) this.fido.pin = pin;
  }

  /** The GUID of the CHUID, as a UUID; null before one was written. */
  get guid(): string | null {
    const chuid = this.objects.get('chuid');
    if (chuid === undefined) return null;
    const content = Buffer.from(chuid, 'base64url');
    const at = content.indexOf(Buffer.from([0x34, 0x10]));
    return content
      .subarray(at + 2, at + 18)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** Back to what the factory made (Yubico's RESET, INS FB). */
  erase(): void {
    this.managementKey = { algorithm: this.isYubiKey ? 'AES-192' : '3DES', key: FACTORY_KEY };
    this.pin = '123456';
    this.puk = '12345678';
    this.pukTries = TRIES;
    this.isPinBlocked = false;
    this.objects.clear();
    this.certificates.clear();
    this.keys.clear();
    this.erasures += 1;
  }

  /** The card makes a witness and hands it out encrypted. */
  challenge(): { algorithm: ManagementKeyAlgorithm; witness: string } {
    this.#witness = randomBytes(this.managementKey.algorithm === '3DES' ? 8 : 16);
    return { algorithm: this.managementKey.algorithm, witness: this.encrypt(this.#witness).toString('base64url') };
  }

  /** The other side shows the witness in the clear, and gets its challenge encrypted. */
  authenticate(response: string, challenge: string): string | undefined {
    this.managementTries += 1;
    const isRight = this.#witness?.equals(Buffer.from(response, 'base64url')) ?? false;
    this.#witness = undefined;
    return isRight ? this.encrypt(Buffer.from(challenge, 'base64url')).toString('base64url') : undefined;
  }

  encrypt(block: Buffer): Buffer {
    const cipher = createCipheriv(CIPHERS[this.managementKey.algorithm], this.managementKey.key, null).setAutoPadding(
      false,
    );
    return Buffer.concat([cipher.update(block), cipher.final()]);
  }

  /** RESET RETRY COUNTER and CHANGE REFERENCE DATA with the PUK both count a wrong one. */
  usePuk(puk: string): void {
    if (this.pukTries === 0) throw new CardwrightError('PUK_BLOCKED');
    if (puk === this.puk) {
      this.pukTries = TRIES;
      return;
    }
    this.pukTries -= 1;
    this.fewestPukTries = Math.min(this.fewestPukTries, this.pukTries);
    if (this.pukTries === 0) throw new CardwrightError('PUK_BLOCKED');
    throw new CardwrightError('PUK_INCORRECT', { retriesLeft: this.pukTries });
  }

  async generate(slot: Slot, algorithm: KeyAlgorithm): Promise<string> {
    const pair = await webcrypto.subtle.generateKey(PARAMETERS[algorithm], true, ['sign', 'verify']);
    this.keys.set(slot, pair);
    return Buffer.from(await webcrypto.subtle.exportKey('spki', pair.publicKey)).toString('base64url');
  }

  /** Null on a card whose ATTEST answers nothing, whatever its version promises. */
  async attest(slot: Slot): Promise<{ certificate: string; intermediate: string } | null> {
    if (!this.attestation) return null;
    return attestKey(this.attestation, this.#key(slot).publicKey, { slot, serial: this.serial ?? '0' });
  }

  async request(slot: Slot, commonName: string, challenge: string): Promise<string> {
    const keys = this.#key(slot);
    if (!this.isYubiKey && slot === '9D' && keys.publicKey.algorithm.name === 'ECDSA')
      throw new CardwrightError('KEY_CANNOT_SIGN', { slot });
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: [{ CN: [commonName] }],
      attributes: [new x509.ChallengePasswordAttribute(challenge)],
      keys,
      signingAlgorithm:
        keys.publicKey.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5' },
    });
    return Buffer.from(request.rawData).toString('base64url');
  }

  /** `key.prove`: the key is attested where it was made here, else made; then it signs. */
  async prove(slot: Slot, algorithm: KeyAlgorithm, message: Uint8Array) {
    const present = this.keys.get(slot);
    const made = !present || !this.attestation;
    if (made) await this.generate(slot, algorithm);
    const { publicKey, privateKey } = this.#key(slot);
    const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', publicKey)).toString('base64url');
    const key = KeyObject.from(privateKey);
    const signature = sign(algorithm === 'P-384' ? 'sha384' : 'sha256', message, key).toString('base64url');
    return { publicKey: spki, made, attestation: this.attestation && (await this.attest(slot)), signature };
  }

  #key(slot: Slot): CryptoKeyPair {
    const pair = this.keys.get(slot);
    if (!pair) throw new CardwrightError('KEY_MISSING');
    return pair;
  }
}

/** A security key with FIDO alone. */
const withoutPiv = (id: string, serial: string | null): DeviceInfo => ({
  id,
  provisional: serial === null,
  reader: 'Test reader 00 00',
  atr: 'OwA',
  state: 'ready',
  model: 'fido2',
  modelName: 'Security key',
  firmware: null,
  serial,
  guid: null,
  applications: ['fido2'],
  fido2: null,
  capabilities: null,
  certificates: [],
  pin: null,
  puk: null,
  managementKey: null,
});

type CryptoKeyPair = webcrypto.CryptoKeyPair;

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
});
const PARAMETERS: Record<KeyAlgorithm, webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams> = {
  'RSA-2048': rsa(2048),
  'RSA-3072': rsa(3072),
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384' },
};
