import * as v from 'valibot';
import { wireError } from './errors.js';
import { count, described, operationId, text } from './schema.js';

/**
 * How a page adds a mobile device, which has no host and no card: what it says to the CMS over HTTP. Addresses below the CMS's base
 * address; `{id}` is that of the enrolment.
 *
 *     GET  mobile                            -> mobileOffer; MOBILE_FORBIDDEN
 *     POST mobile/enrolments                 startEnrolment -> startedEnrolment
 *     GET  mobile/enrolments/{id}            -> enrolmentStatus
 *     GET  mobile/enrolments/{id}/events     -> server-sent events `status`, each an enrolmentStatus; the first at once
 *     POST mobile/enrolments/{id}/confirm    confirmPhone -> enrolmentStatus
 *     POST mobile/enrolments/{id}/cancel     {} -> enrolmentStatus
 */

/** What the user gives before the code is shown: nothing, the password again, or a signature by an active device. */
export const MOBILE_PROOFS = ['none', 'password', 'card'] as const;
export const mobileProof = v.picklist(MOBILE_PROOFS);
export type MobileProof = v.InferOutput<typeof mobileProof>;

export const mobileOffer = v.strictObject({
  proof: mobileProof,
  verified: described(
    v.boolean(),
    'Whether mobile devices know who signs the profile; else they show it as *Unverified*, and the page says so before.',
  ),
});
export type MobileOffer = v.InferOutput<typeof mobileOffer>;

export const startEnrolment = v.strictObject({
  password: v.exactOptional(described(text(200), "The user's own, where the proof is `password`.")),
  operation: v.exactOptional(
    described(operationId, 'Where the proof is `card`: an operation of the kind `prove-owner` that is done.'),
  ),
});
export type StartEnrolment = v.InferOutput<typeof startEnrolment>;

/**
 * How far an enrolment is. The first six follow one another:
 * - `waiting`: nobody has opened the link;
 * - `opened`: a mobile device shows its page;
 * - `downloaded`: one has the profile, and the link is good for no other;
 * - `to-confirm`: it said what it is, as its vendor signed it, and its user has to say here whether that is the right one;
 * - `enrolling`: confirmed; it makes its keys;
 * - `issued`: it got its final configuration, and fetches its certificates;
 * - `installed`: it has the last of them, and is active;
 * - `failed`, `cancelled`: nothing of it is good any more.
 */
export const ENROLMENT_STATES = [
  'waiting',
  'opened',
  'downloaded',
  'to-confirm',
  'enrolling',
  'issued',
  'installed',
  'failed',
  'cancelled',
] as const;
export const enrolmentState = v.picklist(ENROLMENT_STATES);
export type EnrolmentState = v.InferOutput<typeof enrolmentState>;

/** What the server saw a mobile device do. */
export const PHONE_REQUESTS = [
  'opened-link',
  'downloaded-profile',
  'identified-itself',
  'asked-scep-capabilities',
  'asked-scep-certificates',
  'requested-identity',
  'asked-again',
  'asked-for-configuration',
  'requested-certificate',
] as const;
export const phoneRequest = v.picklist(PHONE_REQUESTS);
export type PhoneRequest = v.InferOutput<typeof phoneRequest>;

const moment = v.pipe(v.string(), v.isoTimestamp());

export const phoneFacts = v.strictObject({
  model: described(text(80), 'For people, as in `iPhone 16 Pro`.'),
  serial: described(text(40), 'As the device signed it.'),
  version: described(text(20), 'Of its system: the build, as in `22A3354`.'),
});
export type PhoneFacts = v.InferOutput<typeof phoneFacts>;

export const enrolmentStatus = v.strictObject({
  enrolment: v.pipe(v.string(), v.uuid()),
  state: enrolmentState,
  expiresAt: described(v.nullable(moment), 'When this state ends by itself; null of one that is final.'),
  phone: described(v.nullable(phoneFacts), 'From `to-confirm` on.'),
  certificates: v.strictObject({
    ordered: described(count, 'Certificates that the device is to get.'),
    issued: described(count, 'Those that it has.'),
  }),
  lastRequest: described(
    v.nullable(v.strictObject({ what: phoneRequest, at: moment })),
    'The last that the server saw of the mobile device.',
  ),
  failure: described(v.nullable(wireError), 'Why it failed.'),
});
export type EnrolmentStatus = v.InferOutput<typeof enrolmentStatus>;

export const startedEnrolment = v.strictObject({
  status: enrolmentStatus,
  link: described(v.pipe(text(300), v.url()), 'What the QR code says. It is told once: the CMS keeps only its hash.'),
});
export type StartedEnrolment = v.InferOutput<typeof startedEnrolment>;

/** Names the phone that the user was shown, so that no other one is confirmed. */
export const confirmPhone = v.strictObject({ serial: text(40) });

/** The kind of operation by which an active device proves who its user is: see `mobileProof`. */
export const PROVE_OWNER = 'prove-owner';
