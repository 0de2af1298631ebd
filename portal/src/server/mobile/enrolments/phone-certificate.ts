import { certify } from '@cardwright/cms/authority';
import type { DeviceRecord } from '@cardwright/cms/store';
import { CardwrightError, decodeBytes, isCardwrightError } from '@cardwright/protocol';
import { hasLeft } from '../../store/leaving-reasons.js';
import type { ScepRequest } from '../../store/schema.js';
import type { ScepDecision } from '../scep/registrar.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import type { EnrolmentWork } from './enrolment-work.js';
import { judgeKey } from './phone-key.js';

export const PENDING: ScepDecision = { kind: 'pending' };
const BAD_REQUEST: ScepDecision = { kind: 'refused', failInfo: 'badRequest' };

/** Refuses and counts a request, and leaves the state of the enrolment as it is. Most such requests do not come from the enrolled phone. */
export function refuse(enrolment: Enrolment, reason: string): ScepDecision {
  enrolment.refuse(reason);
  return BAD_REQUEST;
}

/**
 * Decides on a request whose transaction and key are known. A repeated request gets the certificate that was issued for the first request. If that
 * certificate was revoked for good, the repeated request is refused.
 *
 * A request gets at most one certificate, in its turn: the identity certificate after the confirmation, the other certificates of the enrolment after
 * the configuration was sent, a renewal while the device is active, and none once the user has left. Until the confirmation, and while the certification authority is unavailable, the
 * decision is `pending`.
 */
export async function decide(
  services: EnrolmentServices,
  work: EnrolmentWork,
  enrolment: Enrolment,
  request: ScepRequest,
): Promise<ScepDecision> {
  const { device, state } = enrolment;
  if (state === 'to-confirm') return PENDING;
  const issued = device?.certificates.find(({ id }) => id === request.certificateId);
  if (issued) return { kind: 'issued', certificate: decodeBytes(issued.der) };
  if (!device || request.certificateId !== null || !isDue(enrolment, device, request)) return BAD_REQUEST;
  return issue(services, work, enrolment, device, request);
}

function isDue({ state, user }: Enrolment, { row }: DeviceRecord, { slot, challengeHash }: ScepRequest): boolean {
  if (hasLeft(user)) return false;
  if (challengeHash === null) return state === 'installed' && row.state === 'active';
  return row.state === 'producing' && state === (slot === 'phone-identity' ? 'enrolling' : 'issued');
}

async function issue(
  { authority, certificatePolicies, settings }: EnrolmentServices,
  { records, now }: EnrolmentWork,
  enrolment: Enrolment,
  device: DeviceRecord,
  request: ScepRequest,
): Promise<ScepDecision> {
  const { slot } = request;
  if (request.publicKey === null) throw new Error('the key of the request is not known');
  const judged = judgeKey(decodeBytes(request.publicKey), settings.keySize);
  if (!('algorithm' in judged)) return refusePhone(enrolment, request, judged.reason, judged);
  const { key, algorithm } = judged;
  const elsewhere = await records.transaction.certifiedElsewhere([key.hash], device.row.id);
  if (elsewhere.length > 0) return refusePhone(enrolment, request, 'The key is certified for another device.');
  const report: Parameters<typeof certify>[0]['report'] = (event, detail, outcome) =>
    enrolment.report(event, 'portal', detail, outcome);
  try {
    const { days } = settings;
    const policies = [certificatePolicies.unproved];
    const certificate = await certify(
      { authority, device, person: enrolment.user, now, report },
      { slot, key, policies, days, algorithm, proof: 'not-proved' },
    );
    enrolment.changeRequest(request, { certificateId: certificate.id });
    return { kind: 'issued', certificate: decodeBytes(certificate.der) };
  } catch (error) {
    // The phone repeats its request for as long as its profile allows.
    if (isCardwrightError(error, 'CA_UNAVAILABLE')) return PENDING;
    if (!isCardwrightError(error, 'CA_REFUSED') && !isCardwrightError(error, 'CERTIFICATE_KEY_MISMATCH')) throw error;
    return refuseFor(enrolment, request, error);
  }
}

/** Refuses a phone's request. During an enrolment, this fails the enrolment. During a renewal, the device keeps the old certificate. */
export const refusePhone = (
  enrolment: Enrolment,
  request: Pick<ScepRequest, 'challengeHash'>,
  reason: string,
  refusal: Pick<Extract<ScepDecision, { kind: 'refused' }>, 'failInfo'> = { failInfo: 'badRequest' },
): ScepDecision => refuseFor(enrolment, request, new CardwrightError('PHONE_REFUSED', { reason }), refusal.failInfo);

function refuseFor(
  enrolment: Enrolment,
  { challengeHash }: Pick<ScepRequest, 'challengeHash'>,
  error: CardwrightError,
  failInfo: Extract<ScepDecision, { kind: 'refused' }>['failInfo'] = 'badRequest',
): ScepDecision {
  const reason = isCardwrightError(error, 'PHONE_REFUSED') ? error.data.reason : error.code;
  enrolment.report('mobile.phone-refused', 'portal', { reason }, 'failed');
  if (challengeHash !== null) enrolment.fail(error);
  return { kind: 'refused', failInfo };
}
