import type { DeviceIdentity } from '../apple-authority.js';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { openssl } from './openssl.js';
import type { DeviceAttribute, ProfileService } from './profile.js';
import { writePropertyList } from './property-list.js';

/** The identity of a phone, by the names of Apple's DeviceAttributes. */
export type PhoneAttributes = Readonly<Record<DeviceAttribute, string>>;

/** The key and the hash with which a phone signs an answer, and the certificates (PEM) that it sends with the answer. */
export interface AnswerSigner {
  readonly certificatePem: string;
  readonly chainPem: string;
  readonly key: KeyObject;
  readonly digest: 'sha1' | 'sha256';
}

/** Returns the signer with the phone's factory certificate and key. This signer uses SHA-1, as phones do to this day. */
export const factorySigner = ({ certificatePem, chainPem, keyPem }: DeviceIdentity): AnswerSigner => ({
  certificatePem,
  chainPem,
  key: createPrivateKey(keyPem),
  digest: 'sha1',
});

/**
 * Builds a phone's answer to a Profile Service payload: a property list with the requested attributes and the challenge.
 *
 * @returns the DER encoding of a PKCS #7 SignedData that contains the property list and the certificates
 */
export function answerService(
  { attributes, challenge }: ProfileService,
  phone: PhoneAttributes,
  { certificatePem, chainPem, key, digest }: AnswerSigner,
): Promise<Buffer> {
  const asked = Object.fromEntries(attributes.map((name) => [name, phone[name]]));
  const content = writePropertyList({ ...asked, ...(challenge === null ? {} : { CHALLENGE: challenge }) });
  return openssl(
    [
      ...['cms', '-sign', '-nodetach', '-binary', '-nosmimecap', '-md', digest, '-outform', 'DER', '-out', 'output'],
      ...['-in', 'content', '-signer', 'signer.pem', '-inkey', 'key.pem'],
      ...(chainPem === '' ? [] : ['-certfile', 'chain.pem']),
    ],
    { key, files: { content, 'signer.pem': certificatePem, 'chain.pem': chainPem } },
  );
}
