import { createDecipheriv } from 'node:crypto';

/** A cipher for the content of an envelope. */
export interface ContentCipher {
  /** Length of the key in bytes. */
  readonly keyLength: number;
  /** Length of a block in bytes. */
  readonly blockLength: number;
  /** Decrypts content. @throws Error if the padding or a length is wrong */
  decrypt(key: Uint8Array, iv: Uint8Array, content: Uint8Array): Uint8Array;
}

/** The algorithms accepted in messages. The keys of each map are OIDs. */
export interface Algorithms {
  /** Digests accepted in the signatures of messages and of PKCS #10 requests. The values are names of node:crypto. */
  readonly digests: ReadonlyMap<string, string>;
  /**
   * Digests accepted in messages that poll for the answer to an earlier request.
   *
   * An iPhone reads GetCACaps and then sends AES-128 and SHA-512. When it polls, however, it ignores the server's capabilities and falls back to the
   * defaults of its CMS library: triple DES and SHA-1 (ManagedConfiguration calls SecSCEPGetCertInitial of Apple's Security without parameters).
   * SHA-1 is harmless in a poll, because the poll must be signed by the key that the registrar knows from the earlier request. Triple DES need not be
   * accepted, because the server does not open the envelope of a poll.
   */
  readonly pollDigests: ReadonlyMap<string, string>;
  /** Ciphers accepted in envelopes. Single DES is forbidden, and triple DES is only optional (RFC 8894, 2.9). */
  readonly ciphers: ReadonlyMap<string, ContentCipher>;
}

/** Makes a cipher in CBC mode from the name that OpenSSL has for it. */
export const openSslCipher = (name: string, keyLength: number, blockLength: number): ContentCipher => ({
  keyLength,
  blockLength,
  decrypt: (key, iv, content) => {
    const decipher = createDecipheriv(name, key, iv);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  },
});

export const AES_128_CBC = '2.16.840.1.101.3.4.1.2';
export const SHA_256 = '2.16.840.1.101.3.4.2.1';
export const SHA_1 = '1.3.14.3.2.26';

const digests = [
  [SHA_256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
] as const;

export const ACCEPTED: Algorithms = {
  digests: new Map(digests),
  pollDigests: new Map<string, string>([...digests, [SHA_1, 'sha1']]),
  ciphers: new Map([
    [AES_128_CBC, openSslCipher('aes-128-cbc', 16, 16)],
    ['2.16.840.1.101.3.4.1.22', openSslCipher('aes-192-cbc', 24, 16)],
    ['2.16.840.1.101.3.4.1.42', openSslCipher('aes-256-cbc', 32, 16)],
  ]),
};

export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const SHA_256_WITH_RSA = '1.2.840.113549.1.1.11';

/**
 * Digests by the OID of the signature algorithm, including weak ones. A signature with a weak digest is verified before the request is refused with
 * `badAlg`, because `badAlg` must not reveal anything about another client's encrypted content.
 */
export const SIGNATURE_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'md5'],
  ['1.2.840.113549.1.1.5', 'sha1'],
  [SHA_256_WITH_RSA, 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
]);
