import { checkDeviceChain, hasIssued } from './device-chain.js';
import { readAttributes, type PhoneAttributes } from './phone-attributes.js';
import { readCertificate, type SentCertificate } from './sent-certificate.js';
import type { Hash } from './signature-algorithms.js';
import { readSignedMessage } from './signed-message.js';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Bytes. A phone's answer has about 6000: a short list, and three or four certificates. */
const LARGEST_ANSWER = 65_536;

/** Whose signatures are believed. Certificates, DER. */
export interface AnswerTrust {
  /** Authorities for devices: "Apple iPhone Device CA", or one above it. */
  readonly deviceAuthorities: readonly Uint8Array[];
  /** Our own. */
  readonly authority: Uint8Array;
}

/** What a phone sent, signed by a key that was shown to be a phone's, or one that we have certified. */
export interface PhoneAnswer {
  /** Whether Apple's certificate for the device signed it, or a certificate of our authority. */
  readonly signer: 'device' | 'identity';
  /**
   * The signer's, DER. For an identity it is only known that our authority issued it, to a person or a phone, and that it has
   * not expired: the caller checks that it is the one of this enrolment, and not revoked.
   */
  readonly certificate: Uint8Array;
  readonly attributes: PhoneAttributes;
}

/**
 * Reads what a phone sends to the profile service: CMS SignedData over a property list of its attributes.
 *
 * SHA-1 and expired certificates are accepted where Apple's certificate for the device signs, because there is nothing else
 * (see checkDeviceChain); with our own certificates, neither is.
 *
 * @throws UnreadableAnswer where anything is wrong with it
 */
export async function readPhoneAnswer(body: Uint8Array, trust: AnswerTrust, now = new Date()): Promise<PhoneAnswer> {
  if (body.length > LARGEST_ANSWER) throw new UnreadableAnswer('The message is too large.');
  const { content, signer, certificates, hash } = await readSignedMessage(body);
  const kind = hasIssued(readCertificate(trust.authority), signer) ? 'identity' : 'device';
  if (kind === 'device') checkDeviceChain(signer, certificates, trust.deviceAuthorities.map(readCertificate));
  else checkIdentity(signer, hash, now);
  return { signer: kind, certificate: signer.der, attributes: readAttributes(content) };
}

function checkIdentity({ x509, signatureHash }: SentCertificate, hash: Hash, now: Date): void {
  if (hash === 'sha1' || signatureHash === 'sha1') {
    throw new UnreadableAnswer('SHA-1 is accepted from certificates of devices only.');
  }
  if (now < new Date(x509.validFrom) || now > new Date(x509.validTo)) {
    throw new UnreadableAnswer('The certificate of the signer is not valid at this time.');
  }
}
