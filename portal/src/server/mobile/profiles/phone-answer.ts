import { createHash } from 'node:crypto';
import { checkDeviceChain, hasIssued } from './device-chain.js';
import { readAttributes, type PhoneAttributes } from './phone-attributes.js';
import { readCertificate, type SentCertificate } from './sent-certificate.js';
import type { Hash } from './signature-algorithms.js';
import { readSignedMessage } from './signed-message.js';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Maximum number of bytes of a phone's answer. A genuine answer has about 6000 bytes: a short property list, and three or four certificates. */
const LARGEST_ANSWER = 65_536;

/** Certificates of the trusted authorities, in DER. */
export interface AnswerTrust {
  /** Authorities for devices: "Apple iPhone Device CA", or an authority above it. */
  readonly deviceAuthorities: readonly Uint8Array[];
  /** The portal's own certification authority, with the certificates of its former keys. */
  readonly authorities: readonly Uint8Array[];
}

/** A phone's message. The signing key was certified either by Apple for a device or by the portal's own authority. */
export interface PhoneAnswer {
  /**
   * `device` if the message was signed with Apple's certificate for the device; `identity` if it was signed with a certificate of the portal's own
   * authority.
   */
  readonly signer: 'device' | 'identity';
  /**
   * The signer's certificate in DER. If `signer` is `identity`, the issuer, dates and hash function of the certificate were checked, but not its
   * owner: the certificate may belong to a card. The caller checks that the certificate belongs to this enrolment and is not revoked.
   */
  readonly certificate: Uint8Array;
  /** SHA-256 of the signer's SubjectPublicKeyInfo, hexadecimal. */
  readonly key: string;
  readonly attributes: PhoneAttributes;
}

/**
 * Reads a phone's message to the profile service: CMS SignedData over a property list of the phone's attributes.
 *
 * SHA-1 and expired certificates are accepted if the message is signed with Apple's certificate for the device, because all of Apple's certificates
 * for devices need this (`checkDeviceChain`). In all other messages they are refused.
 *
 * @throws UnreadableAnswer if anything is wrong with the message
 */
export async function readPhoneAnswer(body: Uint8Array, trust: AnswerTrust, now = new Date()): Promise<PhoneAnswer> {
  if (body.length > LARGEST_ANSWER) throw new UnreadableAnswer('The message is too large.');
  const { content, signer, certificates, hash } = await readSignedMessage(body);
  const isOwn = trust.authorities.some((authority) => hasIssued(readCertificate(authority), signer));
  const kind = isOwn ? 'identity' : 'device';
  if (kind === 'device') checkDeviceChain(signer, certificates, trust.deviceAuthorities.map(readCertificate));
  else checkIdentity(signer, hash, now);
  const key = createHash('sha256')
    .update(signer.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { signer: kind, certificate: signer.der, key, attributes: readAttributes(content) };
}

function checkIdentity({ x509, signatureHash }: SentCertificate, hash: Hash, now: Date): void {
  if (hash === 'sha1' || signatureHash === 'sha1') {
    throw new UnreadableAnswer('SHA-1 is accepted from certificates of devices only.');
  }
  if (now < new Date(x509.validFrom) || now > new Date(x509.validTo)) {
    throw new UnreadableAnswer('The certificate of the signer is not valid at this time.');
  }
}
