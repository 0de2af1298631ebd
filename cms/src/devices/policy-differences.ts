import { SLOTS, type DeviceInfo, type KeyAlgorithm, type Slot } from '@cardwright/protocol/devices';
import { isIdentifiedByKey } from '../attestation/identity.js';
import { wantsPiv, type DevicePolicy } from '../rules/device-policy.js';
import { isOldKeyGone } from './key-in-9d.js';
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

/** Says whether an update can mend a difference: `obstacle` is null if it can. */
interface Mending {
  readonly obstacle: Obstacle | null;
}

/** A slot with a certificate is no longer in the policy. */
interface SlotGone extends Mending {
  readonly kind: 'slot-gone';
  readonly slot: Slot;
}

/** A slot of the policy has no certificate. */
interface SlotNew extends Mending {
  readonly kind: 'slot-new';
  readonly slot: Slot;
  readonly algorithm: KeyAlgorithm;
}

/** The key in a slot has another algorithm than the policy wants. */
interface OtherAlgorithm extends Mending {
  readonly kind: 'algorithm';
  readonly slot: Slot;
  readonly from: string;
  readonly to: KeyAlgorithm;
}

/** The PIN may break the rules of the policy. */
interface PinRulesChanged extends Mending {
  readonly kind: 'pin-rules';
}

type SlotDifference = SlotGone | SlotNew | OtherAlgorithm;

/** A difference between a device and the policy of its model that an update mends, unless there is an obstacle. */
export type PolicyDifference = SlotDifference | PinRulesChanged;

/** The part of a device's row by which it is compared with a policy. */
export type ComparedDevice = Pick<Device, 'proof' | 'identity' | 'firmware' | 'pinRules'> &
  Partial<Pick<Device, 'stagedKey'>>;

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
  const isMoved = card ? movesKeys(card) : movesKeysByFirmware(device);
  const mending = (slot: Slot, isGone: boolean): Mending => ({
    obstacle: obstacleTo(slot, isGone, device, policy, isMoved),
  });
  return [
    ...SLOTS.flatMap((slot) => {
      const own = certificates.find((certificate) => certificate.slot === slot);
      return differenceIn(slot, own?.algorithm, policy, mending) ?? [];
    }),
    ...(wantsPiv(policy) && mayBreakPinRules(device.pinRules, policy.pinRules)
      ? [{ kind: 'pin-rules', obstacle: null } as const]
      : []),
  ];
}

/**
 * Lists what an update can mend, with the arguments of `differencesOf`.
 *
 * @example
 * const isOffered = mendableDifferences(device, certificates, policy).length > 0;
 */
export const mendableDifferences = (...compared: Parameters<typeof differencesOf>): PolicyDifference[] =>
  differencesOf(...compared).filter(({ obstacle }) => obstacle === null);

function differenceIn(
  slot: Slot,
  from: string | undefined,
  { slots, keyManagementCannotSign }: DevicePolicy,
  mending: (slot: Slot, isGone: boolean) => Mending,
): SlotDifference | undefined {
  const to = slots[slot];
  if (to === undefined) return from === undefined ? undefined : { kind: 'slot-gone', slot, ...mending(slot, true) };
  if (from !== undefined)
    return from === to ? undefined : { kind: 'algorithm', slot, from, to, ...mending(slot, false) };
  // The key may be there, and have no certificate because it cannot sign.
  const isLeftOut = slot === '9D' && keyManagementCannotSign === 'leave-out';
  return isLeftOut ? undefined : { kind: 'slot-new', slot, algorithm: to, ...mending(slot, false) };
}

function obstacleTo(
  slot: Slot,
  isGone: boolean,
  device: ComparedDevice,
  policy: DevicePolicy,
  isMoved: boolean,
): Obstacle | null {
  if (slot === '9E' && device.identity !== null && isIdentifiedByKey(device.identity)) return 'identifies-device';
  if (isGone) return null;
  if (policy.unprovenKeys !== 'allow' && !provesNewKeys(device, policy)) return 'keys-not-proved';
  // Also without a certificate, a card that cannot be asked may have a key in 9D that still decrypts something.
  const isKept = slot === '9D' && !isMoved && !isOldKeyGone(device) && policy.renewedKeys['9D'] !== NEW_KEY_WITHOUT_OLD;
  return isKept ? 'old-key-lost' : null;
}
