import type { DeviceInfo, ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { DevicePolicy } from './device-policy.js';
import { isBefore, versionOf } from './firmware-version.js';

/**
 * Returns the algorithm of the factory management key. If the card reports a key, and does not say that this is no longer the factory key, it is
 * the algorithm of the reported key. In all other cases the firmware version decides.
 *
 * @example
 * const algorithm = factoryAlgorithmOf(policy, info);
 */
export function factoryAlgorithmOf(
  { factoryKeyAlgorithms }: DevicePolicy,
  { managementKey, firmware }: DeviceInfo,
): ManagementKeyAlgorithm {
  if (managementKey && managementKey.isDefault !== false) return managementKey.algorithm;
  const version = versionOf(firmware ?? '0');
  const [first, ...later] = factoryKeyAlgorithms;
  if (!first) throw new Error('a policy names an algorithm of the factory key');
  return later.reduce((chosen, next) => (isBefore(version, versionOf(next.from)) ? chosen : next), first).algorithm;
}

/**
 * Returns the algorithm of the new management key: the policy's algorithm or, on firmware for which the policy names a substitute, the
 * substitute. On such firmware, a card whose present key is an AES key keeps the algorithm of that key, which the card evidently supports. A
 * card that reports no firmware gets the policy's algorithm.
 *
 * @example
 * const algorithm = newAlgorithmOf(policy, { firmware: '5.7.2', managementKey: null });
 */
export function newAlgorithmOf(
  { managementKeyAlgorithm, olderManagementKeyAlgorithms }: DevicePolicy,
  { firmware, managementKey }: Pick<DeviceInfo, 'firmware' | 'managementKey'>,
): ManagementKeyAlgorithm {
  if (firmware === null) return managementKeyAlgorithm;
  const version = versionOf(firmware);
  const older = olderManagementKeyAlgorithms.find(({ before }) => isBefore(version, versionOf(before)));
  if (!older) return managementKeyAlgorithm;
  return managementKey === null || managementKey.algorithm === '3DES' ? older.algorithm : managementKey.algorithm;
}
