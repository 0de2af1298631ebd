import { publicJwk, unseal, validate, type PublicJwk, type SealContext } from '@cardwright/protocol';
import { exportJWK, generateKeyPair } from 'jose';

/** The extension's key for PINs that its windows show. */
export class WindowKey {
  readonly #pair = generateKeyPair('ECDH-ES', { crv: 'P-256' });

  get publicKey(): Promise<PublicJwk> {
    return this.#pair.then(async ({ publicKey }) => validate(publicJwk, await exportJWK(publicKey)));
  }

  /** Decrypts the PIN that a window shows. */
  async open(jwe: string, context: SealContext): Promise<string> {
    const { privateKey } = await this.#pair;
    return new TextDecoder().decode(await unseal(jwe, privateKey, context));
  }
}
