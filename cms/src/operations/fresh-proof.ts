import { PHONE } from '../rules/device-state.js';
import type { Device } from '../store/rows.js';
import type { OperationDefinition } from './definition.js';
import type { PersonProof, Requester } from './services.js';

const MINUTE = 60_000;
/** Milliseconds by which the clock that timed a proof may be ahead of the CMS's clock. */
const AHEAD = MINUTE;

/**
 * True if a person has proved their identity as an operation requires: recently enough, and with something other than the device itself. Whoever
 * holds a stolen device could sign in with its passkey.
 *
 * @param devices the CMS's records of the device in question
 */
export function isProvedFor(
  { needsFreshProof: minutes }: OperationDefinition,
  { proof }: Requester,
  devices: readonly (Device | undefined)[],
  now: Date,
): boolean {
  return minutes === undefined || isFresh(proof, minutes, devices, now);
}

/**
 * True if a proof of identity is at most so many minutes old, and was given with something other than these devices. A passkey of an unknown security key
 * may be on any device with FIDO2.
 *
 * @param devices the CMS's records of the device in question
 *
 * @example
 * // Ten minutes, given with whatever the user has.
 * isFresh({ at: new Date(), by: 'password', device: null }, 10, [], new Date());
 */
export function isFresh(
  proof: PersonProof | undefined,
  minutes: number,
  devices: readonly (Device | undefined)[],
  now: Date,
): boolean {
  if (!proof) return false;
  const age = now.getTime() - proof.at.getTime();
  const isByDevice = devices.some(
    (device) =>
      device?.id === proof.device || (proof.isSecurityKey === true && device !== undefined && hasFido(device)),
  );
  return age >= -AHEAD && age <= minutes * MINUTE && !isByDevice;
}

/** True if passkeys fit on a device: a smart card of another vendor has PIV alone, and a phone is no authenticator for other computers here. */
const hasFido = ({ model }: Device): boolean => model !== 'piv' && model !== PHONE;
