/** Algorithm identifiers of the management key (SP 800-78-4, table 6-2). */
export const ManagementAlgorithm = { tripleDes: 0x03, aes128: 0x08, aes192: 0x0a, aes256: 0x0c } as const;

/** Algorithm identifiers of asymmetric keys (SP 800-78-4, table 6-2; RSA-3072 and -4096 as YubiKey 5.7 numbers them). */
export const KeyAlgorithm = { rsa2048: 0x07, rsa3072: 0x05, rsa4096: 0x16, p256: 0x11, p384: 0x14 } as const;

export interface BlockCipher {
  /** The cipher's name in node:crypto. Its mode is ECB. */
  readonly cipher: 'des-ede3-ecb' | 'aes-128-ecb' | 'aes-192-ecb' | 'aes-256-ecb';
  readonly keyBytes: number;
  readonly blockBytes: number;
}

const blockCiphers: ReadonlyMap<number, BlockCipher> = new Map<number, BlockCipher>([
  [ManagementAlgorithm.tripleDes, { cipher: 'des-ede3-ecb', keyBytes: 24, blockBytes: 8 }],
  [ManagementAlgorithm.aes128, { cipher: 'aes-128-ecb', keyBytes: 16, blockBytes: 16 }],
  [ManagementAlgorithm.aes192, { cipher: 'aes-192-ecb', keyBytes: 24, blockBytes: 16 }],
  [ManagementAlgorithm.aes256, { cipher: 'aes-256-ecb', keyBytes: 32, blockBytes: 16 }],
]);

export interface RsaKind {
  readonly family: 'rsa';
  readonly bits: number;
}

export interface EcKind {
  readonly family: 'ec';
  /** The curve's name in OpenSSL. `jwkCurve` is its name in a JWK. */
  readonly curve: 'prime256v1' | 'secp384r1';
  readonly jwkCurve: 'P-256' | 'P-384';
  /** Length of a coordinate and of a private scalar, in bytes. */
  readonly fieldBytes: number;
  /** The order of the base point, n (SP 800-186, 3.2.1). */
  readonly order: bigint;
}

const keyKinds: ReadonlyMap<number, RsaKind | EcKind> = new Map<number, RsaKind | EcKind>([
  [KeyAlgorithm.rsa2048, { family: 'rsa', bits: 2048 }],
  [KeyAlgorithm.rsa3072, { family: 'rsa', bits: 3072 }],
  [KeyAlgorithm.rsa4096, { family: 'rsa', bits: 4096 }],
  [
    KeyAlgorithm.p256,
    {
      family: 'ec',
      curve: 'prime256v1',
      jwkCurve: 'P-256',
      fieldBytes: 32,
      order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    },
  ],
  [
    KeyAlgorithm.p384,
    {
      family: 'ec',
      curve: 'secp384r1',
      jwkCurve: 'P-384',
      fieldBytes: 48,
      order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    },
  ],
]);

export function blockCipherOf(algorithm: number): BlockCipher | undefined {
  return blockCiphers.get(algorithm);
}

export function keyKindOf(algorithm: number): RsaKind | EcKind | undefined {
  return keyKinds.get(algorithm);
}
