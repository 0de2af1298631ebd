import type { DeviceInfo, ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { DevicePolicy, FactorySecrets } from './device-policy.js';
import { factoryAlgorithmOf } from './management-key-algorithm.js';

/** A management key that the factory may have set. */
export interface FactoryKeyCandidate {
  readonly algorithm: ManagementKeyAlgorithm;
  /** Index in `otherManagementKeys`; undefined for the policy's `managementKey`. */
  readonly other?: number;
}

/** Length of a management key in hexadecimal digits, by its algorithm (SP 800-78-4, table 6-2). */
const DIGITS: Readonly<Record<ManagementKeyAlgorithm, number>> = {
  '3DES': 48,
  'AES-128': 32,
  'AES-192': 48,
  'AES-256': 64,
};

/** True if a key, hexadecimal, has the length for an algorithm. */
export const fitsAlgorithm = (key: string, algorithm: ManagementKeyAlgorithm): boolean =>
  key.length === DIGITS[algorithm];

/**
 * Lists the factory keys that a card may have, the likeliest first. If the card reports the algorithm of a key that may be the factory's, lists only
 * keys of this algorithm. Returns an empty list if the policy has no such key.
 */
export function factoryKeysFor(
  policy: DevicePolicy,
  { managementKey, otherManagementKeys = [] }: Pick<FactorySecrets, 'managementKey' | 'otherManagementKeys'>,
  info: DeviceInfo,
): readonly FactoryKeyCandidate[] {
  const usual = factoryAlgorithmOf(policy, info);
  const first = fitsAlgorithm(managementKey, usual) ? [{ algorithm: usual }] : [];
  const others = otherManagementKeys.map(({ algorithm }, other) => ({ algorithm, other }));
  const isReported = info.managementKey !== null && info.managementKey.isDefault !== false;
  return [...first, ...others.filter(({ algorithm }) => !isReported || algorithm === usual)];
}
