import type { Device } from '../store/rows.js';
import type { OperationDefinition } from './definition.js';
import type { Requester } from './services.js';

const MINUTE = 60_000;
/** Milliseconds by which the clock of whoever noted a proof may be ahead. */
const AHEAD = MINUTE;

/**
 * Whether someone has proved who they are as an operation wants it: recently enough, and by something else than the very device. Whoever
 * holds a stolen device could sign in with its passkey.
 *
 * @param devices what the CMS knows of the device that the operation is about
 */
export function isProvedFor(
  { needsFreshProof: minutes }: OperationDefinition,
  { proof }: Requester,
  devices: readonly (Device | undefined)[],
  now: Date,
): boolean {
  if (minutes === undefined) return true;
  if (!proof) return false;
  const age = now.getTime() - proof.at.getTime();
  const isByDevice = devices.some((device) => device?.id === proof.device);
  return age >= -AHEAD && age <= minutes * MINUTE && !isByDevice;
}
