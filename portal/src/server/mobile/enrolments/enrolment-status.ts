import type { EnrolmentStatus } from '@cardwright/protocol';
import type { EnrolmentFile } from '../../store/mobile-rows.js';
import type { MobileSettings } from '../settings.js';

/** How far an enrolment is, for the page of its user. */
export function statusOf(
  { enrolment, requests }: Pick<EnrolmentFile, 'enrolment' | 'requests'>,
  { slots }: Pick<MobileSettings, 'slots'>,
): EnrolmentStatus {
  const { id, state, expiresAt, phone, lastRequest, lastRequestAt, failure } = enrolment;
  // Renewals are later, and ordered by nobody here.
  const orders = requests.filter(({ challengeHash }) => challengeHash !== null);
  const isConfigured = orders.some(({ slot }) => slot !== 'phone-identity');
  return {
    enrolment: id,
    state,
    expiresAt: expiresAt?.toISOString() ?? null,
    phone: phone && { model: phone.model, serial: phone.serial, version: phone.version },
    certificates: {
      // Its identity comes first, and the others are ordered when it has that.
      ordered: isConfigured ? orders.length : 1 + slots.length,
      issued: orders.filter(({ sentAt }) => sentAt !== null).length,
    },
    lastRequest: lastRequest && lastRequestAt && { what: lastRequest, at: lastRequestAt.toISOString() },
    failure,
  };
}
