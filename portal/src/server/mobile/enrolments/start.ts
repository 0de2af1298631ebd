import { randomUUID } from 'node:crypto';
import { spend } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import { PROVE_OWNER, type StartEnrolment, type StartedEnrolment } from '@cardwright/protocol/mobile';
import { isOwnPassword } from '../../accounts/reauthentication.js';
import { findEnrolmentByProof, listOpenEnrolments } from '../../store/mobile-rows.js';
import type { User } from '../../store/schema.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { statusOf } from './enrolment-status.js';
import { ENROLMENT_RULES } from './enrolment-state.js';
import { inEnrolmentWork, type EnrolmentWork } from './enrolment-work.js';
import { mayEnrol } from './offer.js';
import { hashOf, newSecret } from './secrets.js';

/** Milliseconds after the end of an operation during which it counts as a proof that the user has an active device. */
const PROOF_LIFETIME = 5 * 60 * 1000;

/**
 * Begins an enrolment. An earlier open enrolment of the user is cancelled.
 *
 * @throws CardwrightError `MOBILE_FORBIDDEN`, `PASSWORD_INCORRECT`, `CARD_PROOF_NEEDED`, `DEVICE_LIMIT`, `RATE_LIMITED`, and
 *   `CA_REFUSED` or `CA_UNAVAILABLE` if the registration authority needs a certificate and gets none
 */
export async function startEnrolment(
  services: EnrolmentServices,
  user: User,
  request: StartEnrolment,
  { address, language }: { readonly address: string; readonly language: string },
): Promise<StartedEnrolment> {
  const { settings, database, store, operationsPerHour, registration, origin, verifyPassword } = services;
  if (!mayEnrol(settings, user)) throw new CardwrightError('MOBILE_FORBIDDEN');
  await spend(store, user, 'operation', operationsPerHour);
  const isPasswordGood =
    settings.proof !== 'password' ||
    (request.password !== undefined &&
      (await isOwnPassword({ db: database.db, verify: verifyPassword }, user, request.password, address)));
  if (!isPasswordGood) throw new CardwrightError('PASSWORD_INCORRECT');
  // Makes or replaces the registration authority if necessary. The user sees an error here, but would not see it when the phone asks.
  await registration.current();
  const token = newSecret();
  const status = await inEnrolmentWork(services, async (work) => {
    await work.records.transaction.lockPerson(user.id);
    const proofOperationId = settings.proof === 'card' ? await takeProof(work, user, request.operation) : null;
    await work.before((earlier) => cancelEarlier(earlier, user));
    await requirePlace(work, user, services.deviceLimit);
    const enrolment = addEnrolment(work, user, { linkHash: hashOf(token), proofOperationId, language });
    enrolment.report('mobile.enrolment-started', user.username, { proof: settings.proof });
    return statusOf({ enrolment: enrolment.row, requests: [] }, settings);
  });
  return { status, link: `${origin()}/mobile/enrol/${token}` };
}

/** Checks that the locked user may have another device. @throws CardwrightError `DEVICE_LIMIT` */
export async function requirePlace(work: EnrolmentWork, user: User, limit: number): Promise<void> {
  if ((await work.records.transaction.countDevices(user.id)) >= limit)
    throw new CardwrightError('DEVICE_LIMIT', { limit });
}

/**
 * Checks the operation with which a user proved to have an active device. The operation counts for one enrolment.
 *
 * @returns the id of the operation that was the proof
 * @throws CardwrightError `CARD_PROOF_NEEDED` if the operation is of another kind, is not done, is too old or was used, or its device is not active
 */
async function takeProof({ records, connection, now }: EnrolmentWork, user: User, id = ''): Promise<string> {
  const operation = await records.transaction.openOperation(user.id, id);
  const isGiven =
    operation?.kind === PROVE_OWNER &&
    operation.status === 'done' &&
    now.getTime() - operation.updatedAt.getTime() <= PROOF_LIFETIME;
  const device = isGiven && operation.deviceId ? await records.openDevice(operation.deviceId) : undefined;
  // The person is locked, so the second of two concurrent calls sees that the first call has used the proof.
  const isUsed = (await findEnrolmentByProof(connection, id)) !== undefined;
  if (device?.row.state !== 'active' || isUsed) throw new CardwrightError('CARD_PROOF_NEEDED');
  return id;
}

async function cancelEarlier(work: EnrolmentWork, user: User): Promise<void> {
  for (const key of await listOpenEnrolments(work.connection, user.id)) {
    const enrolment = await work.open(key);
    if (ENROLMENT_RULES[enrolment.state].next.includes('cancelled')) enrolment.cancel(user.username, 'started again');
  }
}

function addEnrolment(
  work: EnrolmentWork,
  user: User,
  values: { readonly linkHash: string; readonly proofOperationId: string | null; readonly language: string },
): Enrolment {
  const { now, times } = work;
  const none = {
    deviceId: null,
    browserHash: null,
    handoverHash: null,
    handoverUntil: null,
    challengeHash: null,
    phone: null,
    sealedSecret: null,
    lastRequest: null,
    lastRequestAt: null,
    confirmedAt: null,
    failure: null,
    refusals: 0,
  };
  const expiresAt = ENROLMENT_RULES.waiting.deadline({ createdAt: now, confirmedAt: null }, times);
  const own = {
    id: randomUUID(),
    userId: user.id,
    state: 'waiting',
    createdAt: now,
    updatedAt: now,
    expiresAt,
  } as const;
  return work.add({ ...none, ...values, ...own }, user);
}
