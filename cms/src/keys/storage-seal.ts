import { seal, unseal, type PublicJwk, type SealContext } from '@cardwright/protocol';
import type { CryptoKey } from 'jose';

/**
 * Stored secrets are not bound to the portal's address: it may move, and must still be able to read what it kept.
 * RFC 2606 reserves the name.
 */
const STORAGE_ORIGIN = 'https://storage.invalid';

/** Seals text that the portal keeps for itself; `label` says what it is, and only under it can it be opened again. */
export const sealForStorage = (text: string, keys: { sealingPublic: PublicJwk }, label: string): Promise<string> =>
  seal(new TextEncoder().encode(text), keys.sealingPublic, context(label));

/** Opens what was sealed under the same label. */
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
