import { CardwrightError } from '@cardwright/protocol';
import type { DeviceIdentity } from '../attestation/identity.js';
import type { DeviceState } from '../rules/device-state.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Device, Person } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { whyDeclined } from './declined.js';

/** Records in a device's row the identity that the device has proved. */
export function noteIdentity(device: DeviceRecord, { key, serial, firmware }: DeviceIdentity): void {
  device.change({ identity: key, firmware, ...(serial === null ? {} : { serial }) });
}

/** Reason that a device with a row cannot be issued again, by the state of the row; null if the state allows its owner to issue it again. */
const IN_THE_WAY: Readonly<Record<DeviceState, ReasonCode | null>> = {
  available: null,
  producing: null,
  pending: null,
  failed: null,
  'awaiting-approval': 'awaiting-approval',
  active: 'issued-to-you',
  suspended: 'suspended',
  terminated: 'terminated',
};

/**
 * Requires that this person may be issued the device of a row. The row was found by the identity that the device has proved, after the facts from
 * page and host had not led to this row. The device must be released; or it must be this person's, not declined, and in a state that allows another
 * issuance.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`
 */
export function requireFree({ id }: Person, device: Device): void {
  const { ownerId, state } = device;
  if (state === 'available') return;
  const isForeign = ownerId !== id && state !== 'terminated';
  const own: ReasonCode | null = whyDeclined(device) === null ? IN_THE_WAY[state] : 'declined';
  const reason: ReasonCode | null = isForeign ? 'issued-to-another' : own;
  if (reason) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
}
