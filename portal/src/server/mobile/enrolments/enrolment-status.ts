import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import type { EnrolmentFile } from '../../store/mobile-rows.js';
import type { MobileSettings } from '../settings.js';

/** Returns the progress of an enrolment, for its user's page. */
export function statusOf(
  { enrolment, requests }: Pick<EnrolmentFile, 'enrolment' | 'requests'>,
  { slots }: Pick<MobileSettings, 'slots'>,
): EnrolmentStatus {
  const { id, state, expiresAt, phone, lastRequest, lastRequestAt, failure } = enrolment;
  // A request without a challenge is a later renewal, which does not belong to the enrolment.
  const orders = requests.filter(({ challengeHash }) => challengeHash !== null);
  const isConfigured = orders.some(({ slot }) => slot !== 'phone-identity');
  return {
    enrolment: id,
    state,
    expiresAt: expiresAt?.toISOString() ?? null,
    phone: phone && { model: phone.model, serial: phone.serial, version: phone.version },
    certificates: {
      // The identity certificate is ordered first. The other certificates are ordered when the phone, with its identity certificate, asks for its
      // configuration. Until then, their number comes from the settings.
      ordered: isConfigured ? orders.length : 1 + slots.length,
      issued: orders.filter(({ sentAt }) => sentAt !== null).length,
    },
    lastRequest: lastRequest && lastRequestAt && { what: lastRequest, at: lastRequestAt.toISOString() },
    failure,
  };
}
