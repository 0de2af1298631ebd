import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import type { EnrolmentFile } from '../../store/mobile-rows.js';
import type { MobileSettings } from '../settings.js';

/** Returns the progress of an enrolment, for its user's page. */
export function statusOf(
  { enrolment, requests }: Pick<EnrolmentFile, 'enrolment' | 'requests'>,
  { slots }: Pick<MobileSettings, 'slots'>,
): EnrolmentStatus {
  const { id, state, expiresAt, phone, lastRequest, lastRequestAt, failure } = enrolment;
  // Requests without a challenge are later renewals, which do not belong to the enrolment.
  const orders = requests.filter(({ challengeHash }) => challengeHash !== null);
  const isConfigured = orders.some(({ slot }) => slot !== 'phone-identity');
  return {
    enrolment: id,
    state,
    expiresAt: expiresAt?.toISOString() ?? null,
    phone: phone && { model: phone.model, serial: phone.serial, version: phone.version },
    certificates: {
      // The identity certificate is ordered first. The other certificates are ordered once the phone has the identity certificate; until then,
      // the settings tell how many there will be.
      ordered: isConfigured ? orders.length : 1 + slots.length,
      issued: orders.filter(({ sentAt }) => sentAt !== null).length,
    },
    lastRequest: lastRequest && lastRequestAt && { what: lastRequest, at: lastRequestAt.toISOString() },
    failure,
  };
}
