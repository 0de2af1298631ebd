import type { PhoneSlot } from '@cardwright/cms';
import type { EnrolmentState, PhoneRequest, WireError } from '@cardwright/protocol';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';

/** The tables of the enrolment of mobile devices; those of everything else are in `schema.ts`. */

/** The phone of an enrolment, as its vendor signed it. */
export interface EnrollingPhone {
  readonly udid: string;
  readonly serial: string;
  /** Apple's name of the model, as in `iPhone17,1`. */
  readonly product: string;
  /** For people. */
  readonly model: string;
  /** The build of its system, as in `22A3354`. */
  readonly version: string;
}

export const mobileEnrolments = pgTable('mobile_enrolments', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  /** The row of the phone; from the confirmation on. */
  deviceId: uuid('device_id'),
  state: text('state').$type<EnrolmentState>().notNull(),
  /** SHA-256 of what is secret in the link, base64url. */
  linkHash: text('link_hash').notNull().unique(),
  /** SHA-256 of the cookie of the browser that the link belongs to, base64url; null until one has downloaded the profile. */
  browserHash: text('browser_hash'),
  /** SHA-256 of the challenge in the first profile, base64url; null until it was made. */
  challengeHash: text('challenge_hash'),
  /** The operation by which an active card proved its user; it is good for one enrolment. */
  proofOperationId: text('proof_operation_id').unique(),
  /** Of the person who enrols, for what the phone shows. */
  language: text('language').notNull(),
  phone: jsonb('phone').$type<EnrollingPhone>(),
  lastRequest: text('last_request').$type<PhoneRequest>(),
  lastRequestAt: instant('last_request_at'),
  /** When its user confirmed the phone. */
  confirmedAt: instant('confirmed_at'),
  failure: jsonb('failure').$type<WireError>(),
  /** How often someone who was not its phone was refused. */
  refusals: integer('refusals').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  /** When the state ends by itself; null of one that is final. */
  expiresAt: instant('expires_at'),
});
export type MobileEnrolment = typeof mobileEnrolments.$inferSelect;

/** A certificate that a phone may ask for by SCEP, once: with a challenge while it enrols, and later to renew one. */
export const scepRequests = pgTable('scep_requests', {
  id: uuid('id').primaryKey(),
  enrolmentId: uuid('enrolment_id').notNull(),
  slot: text('slot').$type<PhoneSlot>().notNull(),
  /** SHA-256 of the challenge password, base64url; null of a renewal, which is signed with the certificate before. */
  challengeHash: text('challenge_hash'),
  /** The transaction that used the challenge (RFC 8894, 3.2.1.1), and the key that it asked for; null until one did. */
  transactionId: text('transaction_id'),
  /** DER SubjectPublicKeyInfo, base64url. */
  publicKey: text('public_key'),
  certificateId: uuid('certificate_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** When the challenge stops being good. */
  expiresAt: instant('expires_at').notNull(),
  /** When the phone had been sent its certificate. */
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

/** What certificates state of how their key was proved, where no setting says so: at most one row. */
