import { SLOTS, type DeviceInfo, type KeyAlgorithm, type Slot } from '@cardwright/protocol/devices';
import { isIdentifiedByKey } from '../attestation/identity.js';
import { wantsPiv, type DevicePolicy } from '../rules/device-policy.js';
import { mayBreakPinRules } from '../rules/pin-rules.js';
import { movesKeys, movesKeysByFirmware, NEW_KEY_WITHOUT_OLD } from '../rules/renewed-keys.js';
import type { Certificate, Device } from '../store/rows.js';
import { provesNewKeys } from './device-trust.js';

/**
 * The reason why an update leaves a slot as it is:
 *
 * - `keys-not-proved`: the policy issues only devices with proved keys, or has an operator approve others, and this device cannot prove a new key;
 * - `old-key-lost`: a new key in 9D would be made over the old one, and the policy does not say that it may be lost;
 * - `identifies-device`: the key in 9E is what shows which device this is.
 */
export type Obstacle = 'keys-not-proved' | 'old-key-lost' | 'identifies-device';

/**
 * A difference between a device and the policy of its model:
 *
 * - `missing-slot`: the policy has a slot in which the device has no certificate;
 * - `other-algorithm`: the policy wants another algorithm in a slot;
 * - `fallen-slot`: the device has a certificate in a slot that the policy does not have;
 * - `pin-rules`: the PIN may break the rules of the policy.
 */
export type PolicyDifference =
  | {
      readonly kind: 'missing-slot';
      readonly slot: Slot;
      readonly wanted: KeyAlgorithm;
      readonly obstacle: Obstacle | null;
    }
  | {
      readonly kind: 'other-algorithm';
      readonly slot: Slot;
      readonly algorithm: string;
      readonly wanted: KeyAlgorithm;
      readonly obstacle: Obstacle | null;
    }
  | {
      readonly kind: 'fallen-slot';
      readonly slot: Slot;
      readonly algorithm: string;
      readonly obstacle: Obstacle | null;
    }
  | { readonly kind: 'pin-rules'; readonly obstacle: null };

/** The part of a device's row by which it is compared with a policy. */
export type ComparedDevice = Pick<Device, 'proof' | 'identity' | 'firmware' | 'pinRules'>;

/**
 * Compares a device with the current policy of its model. The `update` operation mends each difference without an `obstacle`.
 *
 * @param certificates certificates of the device that are good or on hold, without those of a renewal that were not read back
 * @param card facts about the card, as its host reports them. If the card is not at hand, the firmware of the row decides whether it moves keys.
 * @example
 * const mendable = differencesOf(device, certificates, policy).filter(({ obstacle }) => obstacle === null);
 */
export function differencesOf(
  device: ComparedDevice,
  certificates: readonly Pick<Certificate, 'slot' | 'algorithm'>[],
  policy: DevicePolicy,
  card?: Pick<DeviceInfo, 'firmware' | 'capabilities'>,
): PolicyDifference[] {
  const inSlots = SLOTS.flatMap((slot) => {
    const own = certificates.find((certificate) => certificate.slot === slot);
    return differenceIn(slot, own?.algorithm, policy) ?? [];
  });
  const isMoved = card ? movesKeys(card) : movesKeysByFirmware(device);
  return [
    ...inSlots.map((difference) => ({ ...difference, obstacle: obstacleTo(difference, device, policy, isMoved) })),
    ...(wantsPiv(policy) && mayBreakPinRules(device.pinRules, policy.pinRules)
      ? [{ kind: 'pin-rules', obstacle: null } as const]
      : []),
  ];
}

/** Lists what an update can mend, with the arguments of `differencesOf`. */
export const mendableDifferences = (...compared: Parameters<typeof differencesOf>): PolicyDifference[] =>
  differencesOf(...compared).filter(({ obstacle }) => obstacle === null);

type SlotDifference = DistributedOmit<Exclude<PolicyDifference, { kind: 'pin-rules' }>, 'obstacle'>;
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function differenceIn(
  slot: Slot,
  algorithm: string | undefined,
  { slots, keyManagementCannotSign }: DevicePolicy,
): SlotDifference | undefined {
  const wanted = slots[slot];
  if (wanted === undefined) return algorithm === undefined ? undefined : { kind: 'fallen-slot', slot, algorithm };
  if (algorithm !== undefined)
    return algorithm === wanted ? undefined : { kind: 'other-algorithm', slot, algorithm, wanted };
  // The key may be there, and have no certificate because it cannot sign.
  return slot === '9D' && keyManagementCannotSign === 'leave-out' ? undefined : { kind: 'missing-slot', slot, wanted };
}

function obstacleTo(
  { kind, slot }: SlotDifference,
  device: ComparedDevice,
  policy: DevicePolicy,
  isMoved: boolean,
): Obstacle | null {
  if (slot === '9E' && device.identity !== null && isIdentifiedByKey(device.identity)) return 'identifies-device';
  if (kind === 'fallen-slot') return null;
  if (policy.unprovenKeys !== 'allow' && !provesNewKeys(device, policy)) return 'keys-not-proved';
  // Also without a certificate, a card that cannot be asked may have a key in 9D that still decrypts something.
  const isKept = slot === '9D' && !isMoved && policy.renewedKeys['9D'] !== NEW_KEY_WITHOUT_OLD;
  return isKept ? 'old-key-lost' : null;
}
