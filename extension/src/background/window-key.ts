import { validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { unseal, type SealContext } from '@cardwright/protocol/sealing';

/** A key pair to which secrets for a window of the extension are sealed. The private key exists only in memory, and cannot be exported. */
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

  /**
   * Unseals a secret (JWE) into its text.
   *
   * @throws CardwrightError `SECRET_REFUSED` if the JWE is unreadable, was sealed to another key, or is bound to another context
   */
  async open(jwe: string, context: SealContext): Promise<string> {
    return new TextDecoder().decode(await unseal(jwe, this.privateKey, context));
  }
}
