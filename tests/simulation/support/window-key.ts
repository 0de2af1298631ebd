import { validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { unseal, type SealContext } from '@cardwright/protocol/sealing';
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
