import type { OperationContext } from '../operations/context.js';
import { wantsPiv } from '../rules/device-policy.js';
import { isPinShared, missingPasskeys } from './fido/passkey-state.js';
import { completion, issuancePolicy } from './issue-state.js';

/** Makes the device pending once it has everything that it should get. An operator could then activate it. */
export function becomePendingWhenWhole(context: OperationContext): void {
  const { device, person } = context;
  const hasPiv = wantsPiv(issuancePolicy(context));
  const isWhole = (!hasPiv || context.of(completion).areCertificatesReadBack) && missingPasskeys(context).length === 0;
  if (!device || !isWhole) return;
  if (!hasPiv) {
    const isProved = device.passkeys.every(({ attested, place }) => attested && place === 'proved');
    device.change({ proof: isProved ? 'attested' : 'not-proved' });
  }
  const sharesPin = isPinShared(context);
  if (device.row.sharesPin !== sharesPin) device.change({ sharesPin });
  // A session that was interrupted at the PIN has made it pending already.
  if (device.row.state === 'producing')
    device.changeState('pending', person.username, hasPiv ? 'The PIN was not changed yet.' : null);
}
