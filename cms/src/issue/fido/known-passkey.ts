import { CardwrightError } from '@cardwright/protocol';
import { reasonInTheWay } from '../../devices/issuance-eligibility.js';
import type { OperationContext } from '../../operations/context.js';
import type { PasskeyService } from '../../passkeys/passkey-service.js';

/**
 * Refuses a device if one of its passkeys is recorded for another device of this person, and the state of the other device does not allow an
 * issuance. If a security key has no serial number, only its passkeys show that it was issued before.
 *
 * @param credential id of the passkey that the host found, base64url; undefined if the device named no passkey
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` with the reason
 */
export async function refuseKnownDevice(
  { device: own, person, records }: OperationContext,
  { name: service }: PasskeyService,
  credential: string | undefined,
): Promise<void> {
  const known = credential === undefined ? undefined : await records.transaction.findPasskey(service, credential);
  // The host may name any passkey, so nothing is said of another person's device.
  if (known?.device.ownerId !== person.id || known.device.id === own?.row.id) return;
  const reason = reasonInTheWay(known.device.state);
  if (reason) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
}
