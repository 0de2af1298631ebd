import type { KeyAlgorithm, PinRules, Slot } from '@cardwright/protocol/devices';
import { SLOTS } from '@cardwright/protocol/devices';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { WorkKind } from '../rules/work-kinds.js';
import type { Certificate, Device, Passkey } from '../store/rows.js';

const DAY = 24 * 60 * 60 * 1000;

/** How a device differs from the policy of its model. */
export type Difference =
  /** A slot with a certificate is no longer in the policy. */
  | { readonly kind: 'slot-gone'; readonly slot: Slot }
  /** A slot of the policy has no certificate. */
  | { readonly kind: 'slot-new'; readonly slot: Slot; readonly algorithm: KeyAlgorithm }
  /** The key in a slot has another algorithm. */
  | { readonly kind: 'algorithm'; readonly slot: Slot; readonly from: string; readonly to: KeyAlgorithm }
  /** Certificates were issued for another number of days. */
  | { readonly kind: 'days'; readonly from: number; readonly to: number }
  /** The PIN was set by rules that allowed more than the present rules do. */
  | { readonly kind: 'pin-rules' }
  /** The policy wants a passkey at a service where the device has none. */
  | { readonly kind: 'passkey-new'; readonly service: string }
  /** The device has a passkey at a service that is no longer in the policy. */
  | { readonly kind: 'passkey-gone'; readonly service: string };

/** The operation that removes each kind of difference; null if only another issuance does, after the device was erased. */
const REMOVED_BY: Readonly<Record<Difference['kind'], WorkKind | null>> = {
  'slot-gone': null,
  'slot-new': null,
  algorithm: null,
  days: 'renew',
  'pin-rules': 'change-pin',
  'passkey-new': null,
  'passkey-gone': null,
};

/** A device as it was issued. */
export interface IssuedDevice {
  readonly device: Pick<Device, 'pinRules'>;
  /** Certificates that are good or on hold, one for each slot. */
  readonly certificates: readonly Pick<Certificate, 'slot' | 'algorithm' | 'notBefore' | 'notAfter'>[];
  /** Passkeys that are not due for removal. */
  readonly passkeys: readonly Pick<Passkey, 'service'>[];
}

/**
 * Compares a device as it was issued with the policy of its model as it is now. Rules of a PIN that are not known, because the PIN was set before
 * they were kept, count as no difference.
 *
 * @example
 * const differences = differencesFrom(policy, { device, certificates, passkeys });
 */
export function differencesFrom(policy: DevicePolicy, { device, certificates, passkeys }: IssuedDevice): Difference[] {
  return [
    ...SLOTS.flatMap((slot) => slotDifferences(policy, slot, certificates)),
    ...daysDifference(policy, certificates),
    ...(device.pinRules !== null && isStricter(policy.pinRules, device.pinRules)
      ? [{ kind: 'pin-rules' } as const]
      : []),
    ...passkeyDifferences(policy, passkeys),
  ];
}

/**
 * Lists the kinds of work that remove all differences of a device. If one of them is left by every other operation, the device has to be erased, and
 * its owner then issues it again.
 */
export function workAgainst(differences: readonly Difference[]): WorkKind[] {
  const kinds = differences.map(({ kind }) => REMOVED_BY[kind]);
  return kinds.includes(null) ? ['erase'] : [...new Set(kinds.filter((kind) => kind !== null))];
}

function slotDifferences(policy: DevicePolicy, slot: Slot, certificates: IssuedDevice['certificates']): Difference[] {
  const to = policy.slots[slot];
  const from = certificates.find((certificate) => certificate.slot === slot)?.algorithm;
  if (to === undefined) return from === undefined ? [] : [{ kind: 'slot-gone', slot }];
  if (from === undefined) {
    // The policy itself leaves the slot out on cards whose key there cannot sign.
    const isLeftOut = slot === '9D' && policy.keyManagementCannotSign === 'leave-out';
    return isLeftOut ? [] : [{ kind: 'slot-new', slot, algorithm: to }];
  }
  return from === to ? [] : [{ kind: 'algorithm', slot, from, to }];
}

/** Compares the days of the certificate that was issued for the most days. A day more or less is not counted: authorities round the times. */
function daysDifference(
  { slots, certificateDays: to }: DevicePolicy,
  certificates: IssuedDevice['certificates'],
): Difference[] {
  const days = certificates
    .filter(({ slot }) => SLOTS.some((one) => one === slot && slots[one] !== undefined))
    .map(({ notBefore, notAfter }) => Math.round((notAfter.getTime() - notBefore.getTime()) / DAY))
    .filter((from) => Math.abs(from - to) > 1);
  return days.length === 0 ? [] : [{ kind: 'days', from: Math.max(...days), to }];
}

/** True if a PIN that follows the rules of `then` may break the rules of `now`. */
const isStricter = (now: PinRules, then: PinRules): boolean =>
  now.minLength > then.minLength ||
  now.maxLength < then.maxLength ||
  (now.digitsOnly && !then.digitsOnly) ||
  (now.forbidTrivial && !then.forbidTrivial);

function passkeyDifferences({ passkeys: policy }: DevicePolicy, passkeys: IssuedDevice['passkeys']): Difference[] {
  const wanted = policy?.services ?? [];
  const present = new Set(passkeys.map(({ service }) => service));
  return [
    ...wanted.filter((service) => !present.has(service)).map((service) => ({ kind: 'passkey-new', service }) as const),
    ...[...present]
      .filter((service) => !wanted.includes(service))
      .map((service) => ({ kind: 'passkey-gone', service }) as const),
  ];
}
