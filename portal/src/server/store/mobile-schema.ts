import type { PhoneSlot } from '@cardwright/cms/authority';
import type { WireError } from '@cardwright/protocol/messages';
import type { EnrolmentState, PhoneRequest } from '@cardwright/protocol/mobile';
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';

/** The tables for the enrolment of mobile devices. All others are in `schema.ts`. */

/** The phone of an enrolment, with the facts that its vendor has signed. */
export interface EnrollingPhone {
  readonly udid: string;
  readonly serial: string;
  /** Apple's identifier of the model, as in `iPhone17,1`. */
  readonly product: string;
  /** Product name of the model, as in `iPhone 16`. */
  readonly model: string;
  /** Build of the phone's system, as in `22A3354`. */
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
  /** SHA-256 of the cookie of the browser that downloaded the profile, in base64url; null until a browser has done so. */
  browserHash: text('browser_hash'),
  /** SHA-256 of the challenge in the first profile, in base64url; null until the profile was made. */
  challengeHash: text('challenge_hash'),
  /** Operation with which the user proved to have an active card. It is valid for one enrolment. */
  proofOperationId: text('proof_operation_id').unique(),
  /** Language of the user's page, and of the texts that the phone shows. */
  language: text('language').notNull(),
  phone: jsonb('phone').$type<EnrollingPhone>(),
  lastRequest: text('last_request').$type<PhoneRequest>(),
  lastRequestAt: instant('last_request_at'),
  /** Time when the user confirmed the phone. */
  confirmedAt: instant('confirmed_at'),
  failure: jsonb('failure').$type<WireError>(),
  /** Number of refused requests that did not come from the phone. */
  refusals: integer('refusals').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  /** Time when the state ends by itself; null for a final state. */
  expiresAt: instant('expires_at'),
});
export type MobileEnrolment = typeof mobileEnrolments.$inferSelect;

/** A certificate that a phone may request by SCEP, once: during the enrolment with a challenge, later as a renewal. */
export const scepRequests = pgTable('scep_requests', {
  id: uuid('id').primaryKey(),
  enrolmentId: uuid('enrolment_id').notNull(),
  slot: text('slot').$type<PhoneSlot>().notNull(),
  /** SHA-256 of the challenge password, in base64url; null for a renewal, which the old certificate signs. */
  challengeHash: text('challenge_hash'),
  /** The transaction that used the challenge (RFC 8894, 3.2.1.1); null until one did. */
  transactionId: text('transaction_id'),
  /** Key of that transaction: a DER SubjectPublicKeyInfo in base64url. */
  publicKey: text('public_key'),
  certificateId: uuid('certificate_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Time when the challenge expires. */
  expiresAt: instant('expires_at').notNull(),
  /** Time when the certificate was sent to the phone. */
  sentAt: instant('sent_at'),
});
export type ScepRequest = typeof scepRequests.$inferSelect;

/** The registration authority of the SCEP server: at most one row. */
export const registrationAuthorities = pgTable('registration_authorities', {
  id: integer('id').primaryKey(),
  /** PKCS #8 of the RSA key, as a compact JWE to the portal's own sealing key. */
  sealedKey: text('sealed_key').notNull(),
  /** The certificate: DER in base64url. */
  certificate: text('certificate').notNull(),
  notAfter: instant('not_after').notNull(),
});
