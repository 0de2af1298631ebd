import { isTrustedVendor } from '../attestation/chain.js';
import { isIdentifiedByKey, isIdentifiedBySerial, vendorOf } from '../attestation/identity.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { isBefore, versionOf } from '../rules/firmware-version.js';
import type { Device } from '../store/rows.js';

/**
 * True if a device is still proved: it was attested, and its vendor's root is among those of the current policy. An attested device without an
 * identity stays proved, because no root is known for it: it has only passkeys, whose attestation the passkey services judged, or its row is older
 * than the recording of identities.
 */
export const isProvedNow = (
  { proof, identity }: Pick<Device, 'proof' | 'identity'>,
  trust: Pick<DevicePolicy, 'attestationRoots'>,
): boolean => proof === 'attested' && (identity === null || isTrustedVendor(vendorOf(identity), trust));

/**
 * Returns what the current policy says of a device whose keys are not all proved. The firmware of a device with an identity is signed by its vendor, as
 * the identity is.
 */
export const unprovenRuleOf = (device: FirmwareFacts, trust: UnprovenRule): DevicePolicy['unprovenKeys'] =>
  isHeldByFirmware(device, trust) ? 'supervised' : trust.unprovenKeys;

type FirmwareFacts = Pick<Device, 'identity' | 'firmware'>;
type UnprovenRule = Pick<DevicePolicy, 'unprovenKeys' | 'withoutSerialBefore' | 'attestationRoots'>;

/**
 * True if the current policy refuses devices whose keys are not all proved, but has an operator approve this one: its vendor is trusted, and signs no
 * serial number with this firmware. Each of its keys must be attested all the same.
 */
export function isHeldByFirmware(
  { identity, firmware }: FirmwareFacts,
  { unprovenKeys, withoutSerialBefore: limit, attestationRoots }: UnprovenRule,
): boolean {
  if (unprovenKeys !== 'refuse' || limit === null || identity === null || firmware === null) return false;
  return (
    isIdentifiedByKey(identity) &&
    isTrustedVendor(vendorOf(identity), { attestationRoots }) &&
    isBefore(versionOf(firmware), versionOf(limit))
  );
}

/** True if a device can prove a new key as its own: its vendor signed who it is, apart from any key, and is trusted by the current policy. */
export const provesNewKeys = (
  device: Pick<Device, 'proof' | 'identity'>,
  trust: Pick<DevicePolicy, 'attestationRoots'>,
): boolean => device.identity !== null && !isIdentifiedByKey(device.identity) && isProvedNow(device, trust);

/**
 * True if the device is attested and its identity names its serial number, so that the vendor signed it. In all other cases the serial number is a
 * claim of page and host: attestations of some firmware versions name no serial number, and attestations of passkeys vouch only for a model.
 *
 * @example
 * const serial = isSerialAttested(device) ? device.serial : null;
 */
export const isSerialAttested = ({ proof, identity, serial }: Pick<Device, 'proof' | 'identity' | 'serial'>): boolean =>
  proof === 'attested' && identity !== null && serial !== null && isIdentifiedBySerial(identity, serial);
