import type { OperationContext } from '../operations/context.js';
import { wantsPiv } from '../rules/device-policy.js';
import { missingPasskeys, noteSharing } from './fido/passkey-state.js';
import { completion, issuancePolicy } from './issue-state.js';

/**
 * Makes the device pending once it is complete: all its certificates have been read back, and it has all its passkeys. A pending device with PIV
 * lacks only the owner's choice of a PIN.
 */
export function becomePendingWhenWhole(context: OperationContext): void {
  const { device, person } = context;
  // A device that is active already stays as it is.
  if (device?.row.state !== 'producing' && device?.row.state !== 'pending') return;
  const hasPiv = wantsPiv(issuancePolicy(context));
  const isWhole = (!hasPiv || context.of(completion).areCertificatesReadBack) && missingPasskeys(context).length === 0;
  if (!isWhole) return;
  if (!hasPiv) {
    const isProved = device.passkeys.every(({ attested, place }) => attested && place === 'proved');
    device.change({ proof: isProved ? 'attested' : 'not-proved' });
  }
  noteSharing(context);
  // If an earlier session was interrupted at the PIN, it has made the device pending already.
  if (device.row.state === 'producing')
    device.changeState('pending', person.username, hasPiv ? 'The PIN was not changed yet.' : null);
}
