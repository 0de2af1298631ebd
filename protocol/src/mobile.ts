import * as v from 'valibot';
import { count, described, operationId, text } from './schema.js';
import { wireError } from './wire-error.js';

/**
 * Requests by which a page adds a mobile device, which has neither host nor card. The page sends them to the CMS over HTTP. Paths are
 * relative to the CMS's base address; `{id}` stands for the id of the enrolment.
 *
 *     GET  mobile                            -> mobileOffer; MOBILE_FORBIDDEN
 *     POST mobile/enrolments                 startEnrolment -> startedEnrolment
 *     GET  mobile/enrolments/{id}            -> enrolmentStatus
 *     GET  mobile/enrolments/{id}/events     -> server-sent events `status`, each an enrolmentStatus; the first at once
 *     POST mobile/enrolments/{id}/confirm    confirmPhone -> enrolmentStatus
 *     POST mobile/enrolments/{id}/cancel     {} -> enrolmentStatus
 */

/** Proof that the user gives before the QR code is shown: none, the password again, or a signature by an active device. */
export const MOBILE_PROOFS = ['none', 'password', 'card'] as const;
export const mobileProof = v.picklist(MOBILE_PROOFS);
export type MobileProof = v.InferOutput<typeof mobileProof>;

export const startEnrolment = v.strictObject({
  password: v.exactOptional(described(text(200), "The user's own, where the proof is `password`.")),
  operation: v.exactOptional(
    described(operationId, 'Where the proof is `card`: an operation of the kind `prove-owner` that is done.'),
  ),
});
export type StartEnrolment = v.InferOutput<typeof startEnrolment>;

/**
 * States of an enrolment. The first eight follow one another:
 * - `waiting`: no mobile device has opened the link;
 * - `opened`: a mobile device has opened the link, but has not fetched the profile;
 * - `downloaded`: a mobile device has fetched the profile, and no other device can use the link;
 * - `to-confirm`: the device has identified itself with its vendor's signature, and the user has to confirm on the page that it is the right
 *   device;
 * - `enrolling`: the user has confirmed, and the device generates its keys;
 * - `issued`: the device got its final configuration, and fetches its certificates;
 * - `sent`: the device was sent its last certificate, but has not shown that it installed everything. It may have dropped everything again;
 * - `installed`: the device has shown that it installed everything, and is active;
 * - `failed`, `cancelled`: the enrolment has ended, and the certificates that it issued are revoked.
 */
export const ENROLMENT_STATES = [
  'waiting',
  'opened',
  'downloaded',
  'to-confirm',
  'enrolling',
  'issued',
  'sent',
  'installed',
  'failed',
  'cancelled',
] as const;
export const enrolmentState = v.picklist(ENROLMENT_STATES);
export type EnrolmentState = v.InferOutput<typeof enrolmentState>;

/** Actions of a mobile device that the CMS can see. */
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
  expiresAt: described(v.nullable(moment), 'When this state ends by itself; null of `sent` and of one that is final.'),
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

export const mobileOffer = v.strictObject({
  proof: mobileProof,
  verified: described(
    v.boolean(),
    'Whether mobile devices know who signs the profile; else they show it as *Unverified*, and the page says so before.',
  ),
  underWay: v.exactOptional(
    described(
      enrolmentStatus,
      "The user's enrolment from `downloaded` to `issued`, if there is one: the page continues it instead of starting another.",
    ),
  ),
});
export type MobileOffer = v.InferOutput<typeof mobileOffer>;

export const startedEnrolment = v.strictObject({
  status: enrolmentStatus,
  link: described(v.pipe(text(300), v.url()), 'What the QR code says. It is told once: the CMS keeps only its hash.'),
});
export type StartedEnrolment = v.InferOutput<typeof startedEnrolment>;

/** Names the phone that the user has seen on the page, so that no other phone is confirmed. */
export const confirmPhone = v.strictObject({ serial: text(40) });

/** Kind of the operation by which an active device proves its user's identity, for the proof `card` of `mobileProof`. */
export const PROVE_OWNER = 'prove-owner';
