import { isTrustedVendor } from '../attestation/chain.js';
import { isIdentifiedBySerial, vendorOf } from '../attestation/identity.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { Device } from '../store/rows.js';

/**
 * True if a device is still proved: its vendor's root is among the current ones. A device with only passkeys names no root; its passkey
 * service has judged the attestation.
 */
export const isProvedNow = (
  { proof, identity }: Pick<Device, 'proof' | 'identity'>,
  trust: Pick<DevicePolicy, 'attestationRoots'>,
): boolean => proof === 'attested' && (identity === null || isTrustedVendor(vendorOf(identity), trust));

/**
 * True if the vendor signed a device's serial number. Otherwise the serial number is a claim of page and host: attestations of some
 * firmware versions name none, and those of passkeys vouch only for a model.
 *
 * @example
 * const serial = isSerialAttested(device) ? device.serial : null;
 */
export const isSerialAttested = ({ proof, identity, serial }: Pick<Device, 'proof' | 'identity' | 'serial'>): boolean =>
  proof === 'attested' && identity !== null && serial !== null && isIdentifiedBySerial(identity, serial);
