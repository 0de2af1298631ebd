import { spend } from '@cardwright/cms/operations';
import { encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { hasLeft } from '../../store/leaving-reasons.js';
import type { ScepDecision, ScepEnrolmentRequest } from '../scep/registrar.js';
import { phoneSlotOf } from './certificate-lookup.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { LONGEST_ENROLMENT } from './enrolment-state.js';
import type { EnrolmentWork } from './enrolment-work.js';
import { provedInstallation } from './installation.js';
import { decide, refuse } from './phone-certificate.js';

/**
 * Renews a certificate of an active device. A phone that renews a certificate of its configuration has installed it, which activates its device. The old certificate is superseded after the new one was sent to the device; until then, both are valid.
 * Any other certificate of the slot is superseded now, so that the slot does not have three valid certificates.
 *
 * @param signer the DER certificate that signed the request
 */
export async function renewCertificate(
  services: EnrolmentServices,
  work: EnrolmentWork,
  enrolment: Enrolment,
  { transactionId, publicKey }: ScepEnrolmentRequest,
  signer: Uint8Array,
): Promise<ScepDecision> {
  const { device, user } = enrolment;
  const der = encodeBytes(signer);
  const findRenewed = () => device?.certificates.find((one) => one.der === der);
  const signing = findRenewed();
  const slot = signing && phoneSlotOf(signing.slot);
  if (!device || !slot) return refuse(enrolment, 'The signer has no good certificate of this device.');
  if (hasLeft(user)) return refuse(enrolment, 'Its user left.');
  // The phone has the key of its identity before it installs its configuration. Any other key shows that it has installed that.
  if (enrolment.state === 'sent' && slot !== 'phone-identity') provedInstallation(enrolment);
  const renewed = findRenewed();
  if (enrolment.state !== 'installed' || device.row.state !== 'active' || renewed?.revocationReason !== null)
    return refuse(enrolment, 'The device is not active.');
  try {
    await spend(work.records.transaction, user, 'operation', services.operationsPerHour);
  } catch (error) {
    if (!isCardwrightError(error, 'RATE_LIMITED')) throw error;
    return refuse(enrolment, 'There were too many requests.');
  }
  const others = device.certificates.filter((one) => one.slot === slot && one.id !== renewed.id);
  device.supersede(others, null);
  const end = new Date(work.now.getTime() + LONGEST_ENROLMENT);
  const request = enrolment.addRenewal(slot, transactionId, encodeBytes(publicKey), end);
  return decide(services, work, enrolment, request);
}
