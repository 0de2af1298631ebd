import type { KeySource } from '@cardwright/virtual-card';
import { KeyAlgorithm } from '../../virtual-card/src/card/algorithms.js';
import { freshKeys } from '../../virtual-card/src/piv-applet/private-key.js';
import { madeOnce } from './made-once.js';

let dealt = 0;

/**
 * Returns an RSA key of 2048 bits as PKCS #8, DER. Making one takes longer than an issuance. So each file of tests is dealt the same keys in
 * the same order, and none twice, because a CMS refuses a key that it knows from another device.
 */
export function nextRsaKey(): Promise<Buffer> {
  dealt += 1;
  return madeOnce(`rsa-2048-${dealt}`, () => freshKeys.generate(KeyAlgorithm.rsa2048));
}

/** Makes the keys of cards: RSA keys of 2048 bits are dealt, others are generated. */
export const dealtKeys: KeySource = {
  generate: (algorithm) => (algorithm === KeyAlgorithm.rsa2048 ? nextRsaKey() : freshKeys.generate(algorithm)),
};
