import { PHONE_SLOTS } from '@cardwright/cms/authority';
import { CardwrightError, encodeBytes } from '@cardwright/protocol';
import {
  findEnrolment,
  hasSignedOtherwise,
  listPhonesOf,
  readCertificate,
  type EnrolmentKey,
} from '../../store/mobile-rows.js';
import type { EnrollingPhone } from '../../store/schema.js';
import { isSupported } from '../profiles/ios-version.js';
import { isHandheld, modelOf } from '../profiles/model-names.js';
import { readPhoneAnswer, type PhoneAnswer } from '../profiles/phone-answer.js';
import { UnreadableAnswer } from '../profiles/unreadable-answer.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { isFinal, LONGEST_ENROLMENT } from './enrolment-state.js';
import { secretOf } from './enrolment-secret.js';
import { iconSecret } from './installation.js';
import { inEnrolmentWork, Refusal, type EnrolmentWork } from './enrolment-work.js';
import { findInTheWay } from './phone-identity.js';
import type { ChallengedSlot } from './profile-writer.js';
import { isSecretOf } from './secrets.js';
import { isUuid } from './uuid.js';

/** Makes the answer to a phone. Called after all changes were stored. */
type Answer = () => Promise<Uint8Array>;

/**
 * Answers one of the two requests that a phone sends to the profile service. With the first request, the phone states its identity, and signs
 * with its certificate from Apple. With the second request, the phone asks for its configuration, and signs with its identity certificate of
 * this enrolment.
 *
 * @param body the phone's CMS SignedData
 * @returns the next profile, a CMS SignedData in DER
 * @throws CardwrightError `ENROLMENT_NOT_FOUND`, `PHONE_UNSUPPORTED`, `PHONE_NOT_GENUINE`, `PHONE_OF_ANOTHER`, `PHONE_REFUSED`; `CA_REFUSED`,
 *   `CA_UNAVAILABLE` if the registration authority needs a certificate and gets none
 */
export async function answerPhone(services: EnrolmentServices, id: string, body: Uint8Array): Promise<Uint8Array> {
  const { database, settings, authority } = services;
  const key = isUuid(id) ? await findEnrolment(database.db, id) : undefined;
  if (!key) throw new CardwrightError('ENROLMENT_NOT_FOUND');
  const { deviceAuthorities } = settings;
  const trust = { deviceAuthorities, authorities: [authority.certificate, ...(authority.formerCertificates ?? [])] };
  const read = await readPhoneAnswer(body, trust, services.now()).catch((error: unknown) => {
    if (error instanceof UnreadableAnswer) return error;
    throw error;
  });
  const answer = await inEnrolmentWork(services, (work) => judge(services, work, key, read));
  // The answer is made after the transaction: signing takes time, and the registration authority may need its own transaction.
  return answer();
}

async function judge(
  services: EnrolmentServices,
  work: EnrolmentWork,
  key: EnrolmentKey,
  read: PhoneAnswer | UnreadableAnswer,
): Promise<Answer | Refusal> {
  const enrolment = await work.open(key);
  if (isFinal(enrolment.state)) return new Refusal(new CardwrightError('ENROLMENT_NOT_FOUND'));
  if (read instanceof UnreadableAnswer) return refuse(enrolment, read.message);
  return read.signer === 'device'
    ? identify(services, work, enrolment, read)
    : configure(services, work, enrolment, read);
}

/** Refuses a request that may be an impostor's, without ending the enrolment of the real phone. */
function refuse(enrolment: Enrolment, reason: string): Refusal {
  enrolment.refuse(reason);
  return new Refusal(new CardwrightError('PHONE_NOT_GENUINE', { reason }));
}

/** Fails the enrolment of a phone that is genuine, but cannot become a device. */
function fail(enrolment: Enrolment, error: CardwrightError): Refusal {
  enrolment.fail(error);
  return new Refusal(error);
}

/**
 * Records the identity of a phone, and answers with the second profile. Fails the enrolment if the phone cannot become a device of the user. The
 * phone may repeat this request until it has requested its first certificate, or the user has confirmed the phone. A repetition changes nothing, and
 * gets the same challenge.
 */
async function identify(
  services: EnrolmentServices,
  work: EnrolmentWork,
  enrolment: Enrolment,
  answer: PhoneAnswer,
): Promise<Answer | Refusal> {
  const { challengeHash, phone: known } = enrolment.row;
  if (!isSecretOf(challengeHash, answer.attributes.challenge)) return refuse(enrolment, 'The challenge is wrong.');
  const phone = readPhone(answer);
  if (!phone) return refuse(enrolment, 'An attribute is missing.');
  const { secret, sealedSecret } = await secretOf(services, enrolment.row);
  if (enrolment.state === 'downloaded') {
    const { product, version } = phone;
    if (!isHandheld(product) || !isSupported(version))
      return fail(enrolment, new CardwrightError('PHONE_UNSUPPORTED', { product, version }));
    if (await hasSignedOtherwise(work.connection, phone))
      return refuse(enrolment, 'The key has signed for another phone before.');
    const own = await listPhonesOf(work.connection, enrolment.user.id, phone.serial);
    const problem = await findInTheWay(work, enrolment.user, phone, own);
    if (problem) return fail(enrolment, problem);
    enrolment.enter('to-confirm', { phone, sealedSecret });
    enrolment.note('identified-itself');
    enrolment.report('mobile.phone-identified', 'portal', {
      model: phone.model,
      serial: phone.serial,
      version: phone.version,
    });
  } else if (!isSamePhone(known, phone)) {
    return refuse(enrolment, 'Another phone has answered.');
  } else if (
    enrolment.state !== 'to-confirm' ||
    enrolment.requests.some(({ transactionId }) => transactionId !== null)
  ) {
    return refuse(enrolment, 'The phone has answered already.');
  }
  const end = work.now.getTime() + work.times.confirmationTime + LONGEST_ENROLMENT;
  const challenge = enrolment.order('phone-identity', new Date(end), secret);
  const { row, user } = enrolment;
  return () => services.profiles.enrolment(row, phone, user, challenge);
}

/** True if the key, the UDID and the serial number are those of the phone that has answered. */
const isSamePhone = (known: EnrollingPhone | null, phone: EnrollingPhone): boolean =>
  known !== null &&
  (known.key === undefined || known.key === phone.key) &&
  known.udid === phone.udid &&
  known.serial === phone.serial;

/** Maximum lengths of a phone's attributes in characters. A phone with a longer attribute is refused. */
const LONGEST = { udid: 64, serial: 40, product: 40, version: 20 } as const;

function readPhone({ key, attributes }: PhoneAnswer): EnrollingPhone | undefined {
  const { udid, serial, product, version } = attributes;
  if (!udid || !serial || !product || !version) return undefined;
  const isTooLong =
    udid.length > LONGEST.udid ||
    serial.length > LONGEST.serial ||
    product.length > LONGEST.product ||
    version.length > LONGEST.version;
  return isTooLong ? undefined : { key, udid, serial, product, version, model: modelOf(product) };
}

/**
 * Answers a phone that has its identity certificate and requests its configuration. The phone may repeat the request until it has requested a
 * certificate of the configuration, and gets the same challenges.
 */
async function configure(
  services: EnrolmentServices,
  work: EnrolmentWork,
  enrolment: Enrolment,
  { certificate, attributes }: PhoneAnswer,
): Promise<Answer | Refusal> {
  const { phone } = enrolment.row;
  const identity = enrolment.requests.find(({ slot }) => slot === 'phone-identity');
  const kept = identity?.certificateId ? await readCertificate(work.connection, identity.certificateId) : undefined;
  const isOwn =
    kept?.der === encodeBytes(certificate) && enrolment.device?.certificates.some(({ id }) => id === kept.id);
  if (!phone || !isOwn) return refuse(enrolment, 'It was not signed with the identity of this enrolment.');
  if (attributes.udid !== null && attributes.udid !== phone.udid)
    return refuse(enrolment, 'Another phone has answered.');
  const { secret, sealedSecret } = await secretOf(services, enrolment.row);
  if (enrolment.state === 'enrolling') {
    enrolment.enter('issued', { sealedSecret });
    enrolment.report('mobile.configuration-sent', 'portal');
  } else if (enrolment.requests.some(({ slot, transactionId }) => slot !== 'phone-identity' && transactionId !== null))
    return refuse(enrolment, 'The phone has its configuration already.');
  enrolment.note('asked-for-configuration');
  const confirmedAt = enrolment.row.confirmedAt ?? work.now;
  const end = new Date(confirmedAt.getTime() + LONGEST_ENROLMENT);
  const slots = orderedBefore(enrolment) ?? services.settings.slots;
  const ordered = slots.map((slot): ChallengedSlot => ({ slot, challenge: enrolment.order(slot, end, secret) }));
  const { row, user } = enrolment;
  return () => services.profiles.configuration(row, phone, user, { ordered, secret: iconSecret(secret) });
}

/**
 * Returns the slots of the configuration that was sent before, even if the settings have changed since. Returns undefined if no configuration was
 * sent.
 */
function orderedBefore({ requests }: Enrolment): readonly ChallengedSlot['slot'][] | undefined {
  const slots = PHONE_SLOTS.filter((slot) => slot !== 'phone-identity' && requests.some((one) => one.slot === slot));
  return slots.length > 0 ? slots : undefined;
}
