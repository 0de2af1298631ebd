import type { PhoneSlot } from '@cardwright/cms/authority';
import type { WireError } from '@cardwright/protocol/messages';
import type { EnrolmentState, PhoneRequest } from '@cardwright/protocol/mobile';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';

/** The tables for the enrolment of mobile devices. The other tables are in `schema.ts`. */

/**
 * The phone of an enrolment. Apple certified `key`, with which the phone signed what it says of itself. Apple's certificate names neither the UDID nor
 * the serial number.
 */
export interface EnrollingPhone {
  /** SHA-256 of the SubjectPublicKeyInfo that Apple certified, hexadecimal; missing in an enrolment from before the portal kept it. */
  readonly key?: string;
  readonly udid: string;
  readonly serial: string;
  /** Apple's identifier of the model, as in `iPhone17,1`. */
  readonly product: string;
  /** Product name of the model, as in `iPhone 16`: derived from `product` (`modelOf`). */
  readonly model: string;
  /** Build of the phone's system, as in `22A3354`, or version of the system, as in `18.1`. */
  readonly version: string;
}

export const mobileEnrolments = pgTable('mobile_enrolments', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  /** Device of the phone; null until the user has confirmed the phone. */
  deviceId: uuid('device_id'),
  state: text('state').$type<EnrolmentState>().notNull(),
  /** SHA-256 of the secret part of the link, in base64url. */
  linkHash: text('link_hash').notNull().unique(),
  /** SHA-256 of the enrolment cookie of the browser that claimed the link, in base64url; null before that. */
  browserHash: text('browser_hash'),
  /**
   * SHA-256 of the secret part of the address at which the first profile is fetched, in base64url. There the profile may be fetched once without the
   * cookie, because a browser may leave that to the system. Null before the link was claimed, and once this was done.
   */
  handoverHash: text('handover_hash'),
  /** Time until which that address is valid without the cookie. */
  handoverUntil: instant('handover_until'),
  /** SHA-256 of the challenge in the first profile, in base64url. Each download has a new challenge. Null before the first download. */
  challengeHash: text('challenge_hash'),
  /**
   * Id of the operation by which the user proved to have an active device; null if the settings do not ask for this proof. An operation counts for
   * one enrolment.
   */
  proofOperationId: text('proof_operation_id').unique(),
  /** Language of the user's page, and of the texts that the phone shows. */
  language: text('language').notNull(),
  phone: jsonb('phone').$type<EnrollingPhone>(),
  /**
   * Secret from which the challenges for the phone's certificates are derived, as a compact JWE to the portal's own sealing key. So a repeated answer
   * of the phone gets the same challenges. Null until the phone has answered.
   */
  sealedSecret: text('sealed_secret'),
  lastRequest: text('last_request').$type<PhoneRequest>(),
  lastRequestAt: instant('last_request_at'),
  /** Time when the user confirmed the phone. */
  confirmedAt: instant('confirmed_at'),
  failure: jsonb('failure').$type<WireError>(),
  /** Number of refused requests that left the enrolment as it was. Most of them did not come from the phone. */
  refusals: integer('refusals').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  /** Time when the state ends by itself; null for a final state. */
  expiresAt: instant('expires_at'),
});
export type MobileEnrolment = typeof mobileEnrolments.$inferSelect;

/** Certificates that phones request by SCEP: during the enrolment with a challenge, later as a renewal. Each row gives at most one certificate. */
export const scepRequests = pgTable('scep_requests', {
  id: uuid('id').primaryKey(),
  enrolmentId: uuid('enrolment_id').notNull(),
  slot: text('slot').$type<PhoneSlot>().notNull(),
  /** SHA-256 of the challenge password, in base64url; null for a renewal, which the old certificate's key signs. */
  challengeHash: text('challenge_hash'),
  /** Transaction ID (RFC 8894, 3.2.1.1) of the renewal, or of the request that used the challenge; null until the challenge is used. */
  transactionId: text('transaction_id'),
  /** Public key that the transaction asks to certify: a DER SubjectPublicKeyInfo in base64url; null while `transactionId` is null. */
  publicKey: text('public_key'),
  certificateId: uuid('certificate_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Time at which the challenge expires. For a renewal, which has no challenge, the time has no effect. */
  expiresAt: instant('expires_at').notNull(),
  /** Time when the certificate was sent to the phone. */
  sentAt: instant('sent_at'),
});
export type ScepRequest = typeof scepRequests.$inferSelect;

/** Registration authority that the portal made for its SCEP server: at most one row. A configured registration authority is not stored. */
export const registrationAuthorities = pgTable('registration_authorities', {
  id: integer('id').primaryKey(),
  /** RSA private key (PKCS #8, PEM), as a compact JWE to the portal's own sealing key. */
  sealedKey: text('sealed_key').notNull(),
  /** The certificate: DER in base64url. */
  certificate: text('certificate').notNull(),
  notAfter: instant('not_after').notNull(),
});
