import { Certificate } from '@peculiar/asn1-x509';
import { AsnConvert } from '@peculiar/asn1-schema';
import type { KeyAlgorithm, Slot } from '@cardwright/protocol/devices';
import { keyProofMessage } from '@cardwright/protocol/steps';
import type { Attestation } from '../applets/piv/attestation.js';
import { algorithmOfPublicKey } from '../applets/piv/public-key.js';
import { PIN_POLICY, TOUCH_POLICY, type PinPolicy, type TouchPolicy } from '../applets/piv/yubico.js';
import { signatureScheme } from '../x509/signature-input.js';
import type { OpenDevice } from './open-device.js';

/** The key that the CMS asks for. */
export interface KeyOrder {
  readonly slot: Slot;
  readonly algorithm: KeyAlgorithm;
  readonly pinPolicy: PinPolicy;
  readonly touchPolicy: TouchPolicy;
}

export interface KeyProof {
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Set when the key was generated now; false if the device already had it. */
  readonly made: boolean;
  /** Attestation of the key; null if the device cannot attest it. */
  readonly attestation: Attestation | null;
  /** Signature over `keyProofMessage` of the challenge. */
  readonly signature: Uint8Array;
}

/**
 * Extension of an attestation with the PIN policy and the touch policy of the key, one byte each
 * (developers.yubico.com/PIV/Introduction/PIV_attestation.html).
 */
const OID_POLICIES = '1.3.6.1.4.1.41482.3.8';

/**
 * Proves to the CMS that the device holds a slot's key: gets the key's attestation, and signs the challenge of the CMS with the key. The slot's key
 * is kept if its attestation shows that it has the ordered algorithm and policies. In all other cases, a new key is generated first: the slot has no
 * key, its key was imported or differs from the order, or the device cannot attest keys. A blank device is not asked for its key (`isBlank`).
 *
 * @param challenge challenge of the CMS in base64url
 * @throws CardwrightError the errors of `SlotKeys.generate` and `sign`
 */
export async function proveKey(device: OpenDevice, order: KeyOrder, challenge: string): Promise<KeyProof> {
  const { piv, generatedKeys } = device;
  const { slot, algorithm } = order;
  const present = (await isBlank(device, slot)) ? null : await piv.keys.attest(slot);
  const kept = present && attestedKey(present, order);
  const publicKey = kept ?? (await piv.keys.generate(slot, algorithm, order));
  generatedKeys.set(slot, publicKey);
  const attestation = kept ? present : await piv.keys.attest(slot);
  const signature = await piv.keys.sign(slot, algorithm, signatureScheme(algorithm).input(keyProofMessage(challenge)));
  return { publicKey, made: !kept, attestation, signature };
}

/**
 * True if nothing can depend on the key of a slot: the card has the factory's management key, no GUID and no certificate, and this session has made no
 * key there. A card whose issuance has begun has a GUID, and it may be known by this key (decision 0060). So may a card without a serial number.
 * Sends no APDU: the card told its objects when it was taken, and its management key then or when this host changed it.
 */
async function isBlank({ piv, wasEmptyWhenTaken, generatedKeys }: OpenDevice, slot: Slot): Promise<boolean> {
  if (piv.serial === null || !wasEmptyWhenTaken || generatedKeys.has(slot)) return false;
  const key = await piv.managementKey.status();
  return key?.isDefault === true;
}

/**
 * Returns the attested key as a DER SubjectPublicKeyInfo if it matches the order. Returns null if the key does not match, or if the attestation
 * is malformed.
 */
function attestedKey({ certificate }: Attestation, order: KeyOrder): Uint8Array | null {
  try {
    const { extensions, subjectPublicKeyInfo } = AsnConvert.parse(certificate, Certificate).tbsCertificate;
    const spki = new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo));
    const policies = extensions?.find(({ extnID }) => extnID === OID_POLICIES)?.extnValue.buffer;
    // Some firmware wraps the two bytes in an OCTET STRING. In any case, the policies are the last two bytes.
    const [pin, touch] = new Uint8Array(policies ?? new ArrayBuffer(0)).subarray(-2);
    const isAsOrdered =
      algorithmOfPublicKey(spki) === order.algorithm &&
      pin === PIN_POLICY[order.pinPolicy] &&
      touch === TOUCH_POLICY[order.touchPolicy];
    return isAsOrdered ? spki : null;
  } catch {
    // After any error of OpenSSL or the ASN.1 reader, a new key is generated. The CMS checks the attestation of that key.
    return null;
  }
}
