import { publicJwk, unseal, validate, type PublicJwk, type SealContext } from '@cardwright/protocol';

/** A key to which a secret is sealed that a window of the extension shows. It is in memory alone, and forgotten with its owner. */
export class WindowKey {
  private constructor(
    readonly publicKey: PublicJwk,
    private readonly privateKey: CryptoKey,
  ) {}

  static async create(): Promise<WindowKey> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    return new WindowKey(validate(publicJwk, { kty, crv, x, y }), pair.privateKey);
  }

  /** @throws CardwrightError `SECRET_REFUSED` where it was sealed to another key, or is bound to anything else */
  async open(jwe: string, context: SealContext): Promise<string> {
    return new TextDecoder().decode(await unseal(jwe, this.privateKey, context));
  }
}
