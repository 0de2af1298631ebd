import type { PhoneSlot } from '@cardwright/cms/authority';
import type { WireError } from '@cardwright/protocol/messages';
import type { EnrolmentState, PhoneRequest } from '@cardwright/protocol/mobile';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';

/** The tables for the enrolment of mobile devices. All others are in `schema.ts`. */

/** The phone of an enrolment, as its vendor signed it. */
export interface EnrollingPhone {
  readonly udid: string;
  readonly serial: string;
  /** Apple's identifier of the model, as in `iPhone17,1`. */
  readonly product: string;
  /** Name of the model, for people. */
  readonly model: string;
  /** Build of its system, as in `22A3354`. */
  readonly version: string;
}

export const mobileEnrolments = pgTable('mobile_enrolments', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  /** The row of the phone, once it is confirmed. */
  deviceId: uuid('device_id'),
  state: text('state').$type<EnrolmentState>().notNull(),
  /** SHA-256 of the secret part of the link, base64url. */
  linkHash: text('link_hash').notNull().unique(),
  /** SHA-256 of the cookie of the browser that the link belongs to, base64url; null until a browser has downloaded the profile. */
  browserHash: text('browser_hash'),
  /** SHA-256 of the challenge in the first profile, base64url; null until the profile was made. */
  challengeHash: text('challenge_hash'),
  /** The operation by which an active card proved its user. It is valid for one enrolment. */
  proofOperationId: text('proof_operation_id').unique(),
  /** Language of the enrolling person, for the phone's texts. */
  language: text('language').notNull(),
  phone: jsonb('phone').$type<EnrollingPhone>(),
  lastRequest: text('last_request').$type<PhoneRequest>(),
  lastRequestAt: instant('last_request_at'),
  /** Time when the user confirmed the phone. */
  confirmedAt: instant('confirmed_at'),
  failure: jsonb('failure').$type<WireError>(),
  /** Number of refusals of senders other than the phone. */
  refusals: integer('refusals').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  /** Time when the state ends by itself; null for a final state. */
  expiresAt: instant('expires_at'),
});
export type MobileEnrolment = typeof mobileEnrolments.$inferSelect;

/** A certificate that a phone may request by SCEP, once: with a challenge during the enrolment, and later for a renewal. */
export const scepRequests = pgTable('scep_requests', {
  id: uuid('id').primaryKey(),
  enrolmentId: uuid('enrolment_id').notNull(),
  slot: text('slot').$type<PhoneSlot>().notNull(),
  /** SHA-256 of the challenge password, base64url; null for a renewal, which is signed with the certificate before. */
  challengeHash: text('challenge_hash'),
  /** The transaction that used the challenge (RFC 8894, 3.2.1.1), and its key; null until one did. */
  transactionId: text('transaction_id'),
  /** DER SubjectPublicKeyInfo, base64url. */
  publicKey: text('public_key'),
  certificateId: uuid('certificate_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Time when the challenge expires. */
  expiresAt: instant('expires_at').notNull(),
  /** Time when the certificate had been sent to the phone. */
  sentAt: instant('sent_at'),
});
export type ScepRequest = typeof scepRequests.$inferSelect;

/** The registration authority of the SCEP server: at most one row. */
export const registrationAuthorities = pgTable('registration_authorities', {
  id: integer('id').primaryKey(),
  /** PKCS #8 of the RSA key, as a compact JWE to the portal's own sealing key. */
  sealedKey: text('sealed_key').notNull(),
  /** DER, base64url. */
  certificate: text('certificate').notNull(),
  notAfter: instant('not_after').notNull(),
});

/** The policies that certificates state about the proof of their key, used where no setting overrides them: at most one row. */
