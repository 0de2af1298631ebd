import { constants, createCipheriv, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  EncryptedContentInfo,
  EnvelopedData,
  IssuerAndSerialNumber,
  KeyTransRecipientInfo,
  RecipientInfo,
} from 'pkijs';
import { AES_128_CBC, RSA_ENCRYPTION, type Algorithms } from './algorithms.js';
import { encoded, octetsOf, readBer } from './ber.js';
import { decryptKey } from './key-transport.js';
import { CONTENT_TYPE } from './message-attributes.js';
import { reading, Refusal } from './refusal.js';

/** The holder of the key that opens an envelope. */
export interface Recipient {
  readonly certificate: Certificate;
  /** RSA private key. */
  readonly key: KeyObject;
}

const RECIPIENT_BY_KEY = 1;
const AES_BLOCK = 16;

/**
 * Decrypts an envelope (RFC 8894, 3.2.2) that was encrypted to this recipient, and perhaps to others.
 *
 * A wrong key, wrong padding and malformed content must look alike to a client. Otherwise a client could gradually discover another client's
 * encrypted content. The caller, who reads the decrypted content, therefore refuses malformed content with `badMessageCheck` as well, or answers all
 * of these errors alike.
 *
 * @throws Refusal `badAlg` if an algorithm is not accepted; `badMessageCheck` for any other reason
 */
export function openEnvelope(envelope: Uint8Array, recipient: Recipient, { ciphers }: Algorithms): Uint8Array {
  const bad = () => new Refusal('badMessageCheck', 'The envelope cannot be opened.');
  const { recipientInfos, encryptedContentInfo } = reading(() => readEnvelope(envelope), bad);
  const { contentEncryptionAlgorithm } = encryptedContentInfo;
  const cipher = ciphers.get(contentEncryptionAlgorithm.algorithmId);
  if (!cipher) throw new Refusal('badAlg', 'The encryption is not accepted.');
  const encryptedKey = recipientInfos
    .map(({ value }) => value)
    .find((value) => value instanceof KeyTransRecipientInfo && isFor(recipient, value));
  if (!(encryptedKey instanceof KeyTransRecipientInfo)) throw bad();
  if (encryptedKey.keyEncryptionAlgorithm.algorithmId !== RSA_ENCRYPTION)
    throw new Refusal('badAlg', 'The encryption of the key is not accepted.');
  return reading(() => {
    const iv = octetsOf(contentEncryptionAlgorithm.algorithmParams);
    if (iv.length !== cipher.blockLength) throw bad();
    const key = decryptKey(octetsOf(encryptedKey.encryptedKey), recipient.key, cipher.keyLength);
    return cipher.decrypt(key, iv, new Uint8Array(encryptedContentInfo.getEncryptedContent()));
  }, bad);
}

function readEnvelope(envelope: Uint8Array): EnvelopedData {
  const info = new ContentInfo({ schema: readBer(envelope) });
  if (info.contentType !== CONTENT_TYPE.envelopedData) throw new Error('This is not an envelope.');
  return new EnvelopedData({ schema: info.content });
}

const isFor = ({ certificate }: Recipient, { rid }: KeyTransRecipientInfo): boolean =>
  rid instanceof IssuerAndSerialNumber &&
  rid.issuer.isEqual(certificate.issuer) &&
  rid.serialNumber.isEqual(certificate.serialNumber);

/**
 * Encrypts content to a client with AES-128, which every client of RFC 8894 supports (2.9). The AES key is encrypted with PKCS #1
 * v1.5.
 *
 * @returns a DER ContentInfo
 */
export function sealEnvelope(content: Uint8Array, recipient: Certificate, publicKey: KeyObject): Uint8Array {
  const key = randomBytes(16);
  const iv = randomBytes(AES_BLOCK);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const encryptedContent = Buffer.concat([cipher.update(content), cipher.final()]);
  const encryptedKey = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key);
  const enveloped = new EnvelopedData({
    version: 0,
    recipientInfos: [
      new RecipientInfo({
        variant: RECIPIENT_BY_KEY,
        value: new KeyTransRecipientInfo({
          version: 0,
          rid: new IssuerAndSerialNumber({ issuer: recipient.issuer, serialNumber: recipient.serialNumber }),
          keyEncryptionAlgorithm: rsaEncryption(),
          encryptedKey: new asn1js.OctetString({ valueHex: encryptedKey }),
        }),
      }),
    ],
    encryptedContentInfo: new EncryptedContentInfo({
      contentType: CONTENT_TYPE.data,
      contentEncryptionAlgorithm: new AlgorithmIdentifier({
        algorithmId: AES_128_CBC,
        algorithmParams: new asn1js.OctetString({ valueHex: iv }),
      }),
      encryptedContent: new asn1js.OctetString({ valueHex: encryptedContent }),
      disableSplit: true,
    }),
  });
  return encoded(new ContentInfo({ contentType: CONTENT_TYPE.envelopedData, content: enveloped.toSchema() }));
}

const rsaEncryption = (): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ algorithmId: RSA_ENCRYPTION, algorithmParams: new asn1js.Null() });
