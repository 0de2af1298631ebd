import { X509Certificate } from 'node:crypto';
import { Certificate } from '@peculiar/asn1-x509';
import { AsnConvert } from '@peculiar/asn1-schema';
import { keyProofMessage, type KeyAlgorithm, type Slot } from '@cardwright/protocol';
import type { Attestation } from '../applets/piv/attestation.js';
import { algorithmOfPublicKey } from '../applets/piv/public-key.js';
import { PIN_POLICY, TOUCH_POLICY, type PinPolicy, type TouchPolicy } from '../applets/piv/yubico.js';
import { signatureScheme } from '../x509/signature-input.js';
import type { OpenDevice } from './open-device.js';

/** The key that a proof is given with. */
export interface KeyOrder {
  readonly slot: Slot;
  readonly algorithm: KeyAlgorithm;
  readonly pinPolicy: PinPolicy;
  readonly touchPolicy: TouchPolicy;
}

export interface KeyProof {
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly made: boolean;
  readonly attestation: Attestation | null;
  readonly signature: Uint8Array;
}

/** PIN and touch policy of an attested key, one byte each (developers.yubico.com/PIV/Introduction/PIV_attestation.html). */
const OID_POLICIES = '1.3.6.1.4.1.41482.3.8';

/**
 * Has the key of a slot attested and sign the CMS's challenge. A key that the device does not attest as ordered (there is none, it
 * was imported, or it has another algorithm or policy) is made first.
 *
 * @param challenge base64url
 * @throws CardwrightError what `PivSession.generateKey` and `sign` throw
 */
export async function proveKey(device: OpenDevice, order: KeyOrder, challenge: string): Promise<KeyProof> {
  const { piv, generatedKeys } = device;
  const { slot, algorithm } = order;
  const present = await piv.attest(slot);
  const kept = present && attestedKey(present, order);
  const publicKey = kept ?? (await piv.generateKey(slot, algorithm, order));
  generatedKeys.set(slot, publicKey);
  const attestation = kept ? present : await piv.attest(slot);
  const signature = await piv.sign(slot, algorithm, signatureScheme(algorithm).input(keyProofMessage(challenge)));
  return { publicKey, made: !kept, attestation, signature };
}

/** The attested key, if it is as ordered. An attestation that cannot be read counts as none. */
function attestedKey({ certificate }: Attestation, order: KeyOrder): Uint8Array | null {
  try {
    const { publicKey } = new X509Certificate(certificate);
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
    const { extensions } = AsnConvert.parse(certificate, Certificate).tbsCertificate;
    const policies = extensions?.find(({ extnID }) => extnID === OID_POLICIES)?.extnValue.buffer;
    // Some firmware wraps the two bytes in an OCTET STRING of their own: they come last either way.
    const [pin, touch] = new Uint8Array(policies ?? new ArrayBuffer(0)).subarray(-2);
    const isAsOrdered =
      algorithmOfPublicKey(spki) === order.algorithm &&
      pin === PIN_POLICY[order.pinPolicy] &&
      touch === TOUCH_POLICY[order.touchPolicy];
    return isAsOrdered ? spki : null;
  } catch {
    // Whatever OpenSSL or the ASN.1 reader says, a key is made instead, and the CMS judges its attestation.
    return null;
  }
}
