import type { PublicJwk } from '@cardwright/protocol/schemas';
import { seal, unseal, type SealContext } from '@cardwright/protocol/sealing';
import type { CryptoKey } from 'jose';

/**
 * Origin in the seal of stored secrets. It is not the CMS's own address, because that may change and the CMS must still be able to read what it
 * stored. RFC 2606 reserves the domain `invalid`.
 */
const STORAGE_ORIGIN = 'https://storage.invalid';

/**
 * Seals text that the CMS stores for itself. The sealed text can be opened only under the same `label`, which names its content.
 *
 * @example
 * const sealed = await sealForStorage('secret', keys, 'smtp-password');
 */
export const sealForStorage = (text: string, keys: { sealingPublic: PublicJwk }, label: string): Promise<string> =>
  seal(new TextEncoder().encode(text), keys.sealingPublic, context(label));

/**
 * Opens text that was sealed under the same label.
 *
 * @throws CardwrightError `SECRET_REFUSED` if the text was sealed to other keys or under another label
 * @example
 * const password = await openFromStorage(sealed, keys, 'smtp-password');
 */
export const openFromStorage = async (
  sealed: string,
  keys: { sealingKey: CryptoKey },
  label: string,
): Promise<string> => new TextDecoder().decode(await unseal(sealed, keys.sealingKey, context(label)));

const context = (label: string): SealContext => ({
  origin: STORAGE_ORIGIN,
  operation: null,
  device: label,
  session: null,
  purpose: 'storage',
});
