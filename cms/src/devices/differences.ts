import { SLOTS } from '@cardwright/protocol/devices';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { WorkKind } from '../rules/work-kinds.js';
import type { Certificate, Passkey } from '../store/rows.js';
import { differencesOf, type ComparedDevice, type PolicyDifference } from './policy-differences.js';

const DAY = 24 * 60 * 60 * 1000;

/** How a device differs from the policy of its model. */
export type Difference =
  | PolicyDifference
  /** Certificates were issued for another number of days. */
  | { readonly kind: 'days'; readonly from: number; readonly to: number }
  /** The policy wants a passkey at a service where the device has none. */
  | { readonly kind: 'passkey-new'; readonly service: string }
  /** The device has a passkey at a service that is no longer in the policy. */
  | { readonly kind: 'passkey-gone'; readonly service: string };

/** A device as it was issued. */
export interface IssuedDevice {
  readonly device: ComparedDevice;
  /** Certificates that are good or on hold, one for each slot. */
  readonly certificates: readonly Pick<Certificate, 'slot' | 'algorithm' | 'notBefore' | 'notAfter'>[];
  /** Passkeys that are not due for removal. */
  readonly passkeys: readonly Pick<Passkey, 'service'>[];
}

/**
 * Compares a device as it was issued with the policy of its model as it is now.
 *
 * @example
 * const differences = differencesFrom(policy, { device, certificates, passkeys });
 */
export const differencesFrom = (
  policy: DevicePolicy,
  { device, certificates, passkeys }: IssuedDevice,
): Difference[] => [
  ...differencesOf(device, certificates, policy),
  ...daysDifference(policy, certificates),
  ...passkeyDifferences(policy, passkeys),
];

/**
 * Lists the kinds of work that remove the differences of a device. If one of them is left by every other operation, the device has to be erased, and
 * its owner then issues it again. An update changes the PIN too, so that nobody is asked twice. No work is for passkeys, which owners add and remove
 * themselves.
 *
 * @example
 * const kinds = workAgainst(differencesFrom(policy, { device, certificates, passkeys }));
 */
export function workAgainst(differences: readonly Difference[]): WorkKind[] {
  const kinds = differences.flatMap((difference) => (isOfPasskey(difference) ? [] : removedBy(difference)));
  if (kinds.includes(null)) return ['erase'];
  const needed = new Set(kinds.filter((kind) => kind !== null));
  if (needed.has('update')) needed.delete('change-pin');
  return [...needed];
}

/** A passkey that the policy wants, or no longer has. */
type PasskeyDifference = Extract<Difference, { readonly service: string }>;

/** True if the owner of a device removes a difference by adding or removing a passkey. */
const isOfPasskey = (difference: Difference): difference is PasskeyDifference => 'service' in difference;

/** Returns the operation that removes a difference; null if only another issuance does, after the device was erased. */
function removedBy(difference: Exclude<Difference, PasskeyDifference>): WorkKind | null {
  switch (difference.kind) {
    case 'days':
      return 'renew';
    case 'pin-rules':
      return 'change-pin';
    default:
      return difference.obstacle === null ? 'update' : null;
  }
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
