import { isTrustedVendor } from '../attestation/chain.js';
import { isIdentifiedBySerial, vendorOf } from '../attestation/identity.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { Device } from '../store/rows.js';

/**
 * Checks that a device is still proved: its vendor's root is among the current ones. A device with passkeys alone names no root; it is
 * vouched for by what its passkey service trusts.
 */
export const isProvedNow = (
  { proof, identity }: Pick<Device, 'proof' | 'identity'>,
  trust: Pick<DevicePolicy, 'attestationRoots'>,
): boolean => proof === 'attested' && (identity === null || isTrustedVendor(vendorOf(identity), trust));

/**
 * Checks that the vendor signed a device's serial number. Attestations of some firmware versions name none, and those of passkeys vouch
 * only for a model. The serial number is then a claim of page and host.
 *
 * @example
 * const serial = isSerialAttested(device) ? device.serial : null;
 */
export const isSerialAttested = ({ proof, identity, serial }: Pick<Device, 'proof' | 'identity' | 'serial'>): boolean =>
  proof === 'attested' && identity !== null && serial !== null && isIdentifiedBySerial(identity, serial);
