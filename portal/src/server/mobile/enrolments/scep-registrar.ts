import { CardKey } from '@cardwright/cms/keys';
import { encodeBytes } from '@cardwright/protocol';
import { findCertificateBySerial, findEnrolment } from '../../store/mobile-rows.js';
import type { ScepRequest } from '../../store/schema.js';
import type { ScepDecision, ScepEnrolmentRequest, ScepRegistrar } from '../scep/registrar.js';
import { decodeCertificate, phoneSlotOf, serialNumbersFor } from './certificate-lookup.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { isFinal } from './enrolment-state.js';
import { inEnrolmentWork, type EnrolmentWork } from './enrolment-work.js';
import { decide, refuse, refusePhone } from './phone-certificate.js';
import { judgeKey } from './phone-key.js';
import { renewCertificate } from './renew.js';
import { isSecretOf } from './secrets.js';
import { isUuid } from './uuid.js';

const BAD_REQUEST: ScepDecision = { kind: 'refused', failInfo: 'badRequest' };

type Decision = (work: EnrolmentWork, enrolment: Enrolment) => Promise<ScepDecision> | ScepDecision;

/**
 * Decides on requests for certificates of enrolments. A request with the same transaction and key as an earlier one is a repetition. The repetition
 * gets the decision on the earlier request, and no second certificate.
 */
export class EnrolmentRegistrar implements ScepRegistrar {
  constructor(private readonly services: EnrolmentServices) {}

  enrol(place: string, request: ScepEnrolmentRequest, challenge: string | null): Promise<ScepDecision> {
    return this.#decide(place, (work, enrolment) => {
      // Every challenge is compared, so that the time of the answer does not tell which challenge was right.
      const [order] = enrolment.requests.filter(({ challengeHash }) => isSecretOf(challengeHash, challenge));
      if (!order) return refuse(enrolment, 'The challenge is wrong.');
      if (order.transactionId === null) return this.#use(work, enrolment, order, request);
      if (!isSame(order, request)) return refuse(enrolment, 'The challenge has been used.');
      enrolment.note('asked-again');
      return decide(this.services, work, enrolment, order);
    });
  }

  /**
   * Binds a challenge to the transaction and key of the first request that uses the challenge. Requests with another transaction or key are refused
   * afterwards.
   */
  #use(
    work: EnrolmentWork,
    enrolment: Enrolment,
    order: ScepRequest,
    { transactionId, publicKey }: ScepEnrolmentRequest,
  ): Promise<ScepDecision> | ScepDecision {
    if (isFinal(enrolment.state)) return BAD_REQUEST;
    if (order.expiresAt <= work.now) return refuse(enrolment, 'The challenge has expired.');
    if (enrolment.requests.some((other) => other.transactionId === transactionId))
      return refuse(enrolment, 'The transaction belongs to another request.');
    enrolment.note(order.slot === 'phone-identity' ? 'requested-identity' : 'requested-certificate');
    const judged = judgeKey(publicKey, this.services.settings.keySize);
    if (!('algorithm' in judged)) return refusePhone(enrolment, order, judged.reason, judged);
    const used = enrolment.changeRequest(order, { transactionId, publicKey: encodeBytes(publicKey) });
    return decide(this.services, work, enrolment, used);
  }

  renew(place: string, request: ScepEnrolmentRequest, signer: Uint8Array): Promise<ScepDecision> {
    return this.#decide(place, (work, enrolment) => {
      const before = enrolment.requests.find(({ transactionId }) => transactionId === request.transactionId);
      if (!before) return renewCertificate(this.services, work, enrolment, request, signer);
      if (!isSame(before, request)) return refuse(enrolment, 'The transaction belongs to another request.');
      return decide(this.services, work, enrolment, before);
    });
  }

  poll(place: string, request: ScepEnrolmentRequest): Promise<ScepDecision> {
    return this.#decide(place, (work, enrolment) => {
      const order = enrolment.requests.find(({ transactionId }) => transactionId === request.transactionId);
      if (!order) return { kind: 'refused', failInfo: 'badCertId' };
      if (!isSame(order, request) && !isByOlderKey(enrolment, order, request))
        return refuse(enrolment, 'The transaction belongs to another key.');
      if (!isFinal(enrolment.state)) enrolment.note('asked-again');
      return decide(this.services, work, enrolment, order);
    });
  }

  async sent(place: string, transactionId: string): Promise<void> {
    await this.#in(place, (work, enrolment) => {
      const request = enrolment.requests.find((one) => one.transactionId === transactionId);
      if (!request?.certificateId || request.sentAt || !enrolment.device) return;
      enrolment.changeRequest(request, { sentAt: work.now });
      if (request.challengeHash === null) supersedeOlder(enrolment, request);
      else waitWhenWhole(enrolment);
    });
  }

  async seen(place: string, what: 'capabilities' | 'certificates'): Promise<void> {
    await this.#in(place, (_work, enrolment) => {
      if (!isFinal(enrolment.state)) enrolment.note(`asked-scep-${what}`);
    });
  }

  async findCertificate(serialNumber: string): Promise<Uint8Array | undefined> {
    const found = await findCertificateBySerial(this.services.database.db, serialNumbersFor(serialNumber));
    // Certificates of cards cannot be fetched here.
    return found && phoneSlotOf(found.slot) ? decodeCertificate(found) : undefined;
  }

  readCrl(): Promise<Uint8Array> {
    return this.services.crl();
  }

  async #decide(place: string, decision: Decision): Promise<ScepDecision> {
    const decided = await this.#in(place, (work, enrolment) => {
      const { state } = enrolment;
      return state === 'failed' || state === 'cancelled' ? BAD_REQUEST : decision(work, enrolment);
    });
    return decided ?? BAD_REQUEST;
  }

  async #in<T>(
    place: string,
    task: (work: EnrolmentWork, enrolment: Enrolment) => Promise<T> | T,
  ): Promise<T | undefined> {
    const key = isUuid(place) ? await findEnrolment(this.services.database.db, place) : undefined;
    return key && inEnrolmentWork<T>(this.services, async (work) => task(work, await work.open(key)));
  }
}

const isSame = (order: ScepRequest, { transactionId, publicKey }: ScepEnrolmentRequest): boolean =>
  order.transactionId === transactionId && order.publicKey === encodeBytes(publicKey);

/**
 * True if the stored request is a renewal, and the key in the message belongs to a certificate of the same slot that was not revoked for good. The
 * key of the old certificate signs the renewal and its polls (RFC 8894, 3.3.3).
 */
const isByOlderKey = (
  { device }: Enrolment,
  { challengeHash, slot }: ScepRequest,
  { publicKey }: ScepEnrolmentRequest,
): boolean =>
  challengeHash === null &&
  device?.certificates.some((one) => one.slot === slot && one.keyHash === CardKey.read(publicKey).hash) === true;

/** Supersedes the older certificates of a slot, because the new certificate was sent to the device. */
function supersedeOlder({ device }: Enrolment, { certificateId }: ScepRequest): void {
  const renewed = device?.certificates.find(({ id }) => id === certificateId);
  const older = device?.certificates.filter(({ slot, id }) => slot === renewed?.slot && id !== certificateId) ?? [];
  device?.supersede(older, null);
}

/**
 * Has the device wait after its last certificate was sent. The answer may be lost, and the phone then drops the whole profile, so the device becomes
 * active only when the phone shows that it has everything (`provedInstallation`).
 */
function waitWhenWhole(enrolment: Enrolment): void {
  const { state, device, requests } = enrolment;
  if (state !== 'issued' || device?.row.state !== 'producing' || requests.some(({ sentAt }) => sentAt === null)) return;
  device.changeState('pending', 'portal', null);
  enrolment.enter('sent');
}
