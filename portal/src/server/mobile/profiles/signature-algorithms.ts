/** Hash functions, by their names in node:crypto. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';
export type KeyKind = 'rsa' | 'ec';

/** A signature scheme. `hash` is null if another field names the hash function (RFC 5652, 5.3: `rsaEncryption`). */
export interface SignatureScheme {
  readonly key: KeyKind;
  readonly hash: Hash | null;
}

export const SHA256 = '2.16.840.1.101.3.4.2.1';
export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

/** Accepted hash functions by object identifier (RFC 5754, 2; RFC 3370, 2.1). */
const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  [SHA256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Accepted signature schemes by object identifier (RFC 8017, A.2; RFC 5754, 3; RFC 3279, 2.2.3). */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([
  [RSA_ENCRYPTION, { key: 'rsa', hash: null }],
  ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.1', { key: 'ec', hash: 'sha1' }],
  [ECDSA_SHA256, { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
]);

/** Returns the hash function of an OID. Returns undefined if the hash function is not accepted, such as MD5. */
export const hashOf = (oid: string): Hash | undefined => HASHES.get(oid);
/** Returns the signature scheme of an OID. Returns undefined if the scheme is not accepted, such as RSA-PSS. */
export const schemeOf = (oid: string): SignatureScheme | undefined => SCHEMES.get(oid);
