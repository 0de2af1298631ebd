import { SLOTS, type KeyAlgorithm, type ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { DevicePolicy } from '../rules/device-policy.js';
import { newAlgorithmOf } from '../rules/management-key-algorithm.js';
import type { TrustChange, TrustWords } from './trust-change.js';

/** Values of `keyManagementCannotSign`, from the strictest to the laxest. */
const CANNOT_SIGN: readonly DevicePolicy['keyManagementCannotSign'][] = ['refuse', 'leave-out', 'accept-attested'];

/** Security of the algorithms in bits (NIST SP 800-57 part 1, 5.6.1). */
const BITS: Readonly<Record<KeyAlgorithm | ManagementKeyAlgorithm, number>> = {
  'RSA-2048': 112,
  'RSA-3072': 128,
  'P-256': 128,
  'P-384': 192,
  '3DES': 112,
  'AES-128': 128,
  'AES-192': 192,
  'AES-256': 256,
};
const weaknessOf = (algorithm: KeyAlgorithm | ManagementKeyAlgorithm): number => -BITS[algorithm];

/** Describes the changes of a policy by which certificates last longer, another slot gets a key, or weaker or less protected keys are accepted. */
export const laxChanges = (
  words: TrustWords,
  before: DevicePolicy | undefined,
  after: DevicePolicy,
): readonly TrustChange[] =>
  before === undefined
    ? []
    : [
        told(words.days, before.certificateDays, after.certificateDays, (days) => days),
        told(words.fixedKey, before.acceptFixedManagementKey, after.acceptFixedManagementKey, Number, (isAccepted) =>
          isAccepted ? words.accepted : words.refused,
        ),
        told(
          words.cannotSign,
          before.keyManagementCannotSign,
          after.keyManagementCannotSign,
          (treatment) => CANNOT_SIGN.indexOf(treatment),
          (treatment) => words.whereItCannot[treatment],
        ),
        ...SLOTS.map((slot) => slotChange(words, slot, before.slots[slot], after.slots[slot])),
        ...managementKeyChanges(words, before, after),
      ].filter((change) => change !== null);

/** Describes the change of a setting; null if there is none. @param laxity a higher number is laxer */
function told<T>(
  what: string,
  before: T,
  after: T,
  laxity: (value: T) => number,
  say: (value: T) => string = String,
): TrustChange | null {
  return before === after
    ? null
    : { what, before: say(before), after: say(after), widens: laxity(after) > laxity(before) };
}

/**
 * Describes the change of a slot. A slot that gets a key widens trust, whatever the algorithm is: without that, two changes, of which the first takes
 * the slot away, would bring any algorithm. A slot that gets none any more does not.
 */
const slotChange = (
  words: TrustWords,
  slot: string,
  before: KeyAlgorithm | undefined,
  after: KeyAlgorithm | undefined,
): TrustChange | null =>
  told(
    words.algorithmOf(slot),
    before,
    after,
    (algorithm) => (algorithm === undefined ? -Infinity : weaknessOf(algorithm)),
    (algorithm) => algorithm ?? words.noKey,
  );

/** Describes, for each range of firmware versions that a policy tells apart, another algorithm of the new management key. */
function managementKeyChanges(
  words: TrustWords,
  before: DevicePolicy,
  after: DevicePolicy,
): readonly (TrustChange | null)[] {
  const limits = [before, after].flatMap(({ olderManagementKeyAlgorithms }) =>
    olderManagementKeyAlgorithms.map((older) => older.before),
  );
  return ['0', ...new Set(limits)].map((firmware) => {
    const algorithmOf = (policy: DevicePolicy) => newAlgorithmOf(policy, { firmware, managementKey: null });
    return told(words.managementKeyFrom(firmware), algorithmOf(before), algorithmOf(after), weaknessOf);
  });
}
