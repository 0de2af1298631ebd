import { isTrustedVendor } from '../attestation/chain.js';
import { isIdentifiedBySerial, vendorOf } from '../attestation/identity.js';
import type { DevicePolicy } from '../policies/device-policy.js';
import type { Device } from '../store/rows.js';

/**
 * Tells whether a device is still proved: its vendor's root is one of today's. Passkeys alone are vouched for by what their
 * service trusts, and name no root.
 */
export const isProvedNow = (
  { proof, identity }: Pick<Device, 'proof' | 'identity'>,
  trust: Pick<DevicePolicy, 'attestationRoots'>,
): boolean => proof === 'attested' && (identity === null || isTrustedVendor(vendorOf(identity), trust));

/**
 * Tells whether the vendor has signed a device's serial number. Attestations of some firmwares name none, and passkeys vouch for a model
 * alone: then it is what page and host said.
 */
export const isSerialAttested = ({ proof, identity, serial }: Pick<Device, 'proof' | 'identity' | 'serial'>): boolean =>
  proof === 'attested' && identity !== null && serial !== null && isIdentifiedBySerial(identity, serial);
