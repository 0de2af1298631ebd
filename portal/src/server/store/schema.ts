import type { DeviceState, Incident, WorkKind } from '@cardwright/cms/devices';
import type { KeptPukTry } from '@cardwright/cms/keys';
import type { PersonProof } from '@cardwright/cms/operations';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type {
  KeptAnswer,
  NoticeKind,
  NoticeOutcome,
  OperationHappening,
  OperationStatus,
  Passkey,
  Proof,
  Spending,
  UnconfirmedRegistration,
  WorkOutcome,
} from '@cardwright/cms/store';
import type { PasskeyWay } from '@cardwright/protocol/passkeys';
import type { SealContext } from '@cardwright/protocol/sealing';
import {
  bigint,
  boolean,
  customType,
  inet,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { PowerAct } from '../accounts/independence.js';
import type { LeavingReason } from './leaving-reasons.js';
import type { Role } from '../rights.js';
import { certificateColumns } from './certificate-columns.js';
import { instant } from './instant.js';

/**
 * Drizzle's definitions of the portal's tables. The scripts of portal/migrations create the tables; a test finds columns that the scripts lack. Where
 * the card management (CMS) has a type for a row, the store reads and writes rows of that type unchanged, so the code compiles only while the type
 * and the table agree. The tables `migrations` and `crl_revision` are not defined here.
 */

export * from './mobile-schema.js';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  username: text('username').notNull().unique(),
  displayName: text('display_name').notNull(),
  email: text('email'),
  /** User principal name for Windows sign-in. */
  upn: text('upn'),
  /** Form of the UPN in which it is unique (`upnKey`). Null if there is no UPN, or if another account had the same before this was so. */
  upnKey: text('upn_key').unique(),
  /** Windows security identifier, for the strong mapping of KB5014754. */
  sid: text('sid'),
  /** Form of the SID in which it is unique (`sidKey`), as `upnKey`. */
  sidKey: text('sid_key').unique(),
  /** Hash as `Passwords` makes it; null if nobody can sign in with a password. */
  passwordHash: text('password_hash'),
  /** Time of the last change of the password; null if it is the account's first. A new hash of the same password is no change. */
  passwordChangedAt: instant('password_changed_at'),
  /** Set while the password is that of `CARDWRIGHT_DEMO_ACCOUNTS`. */
  isDemo: boolean('is_demo').notNull().default(false),
  /** Null if the account is not disabled. */
  disabledAt: instant('disabled_at'),
  /** Null if the account was not deleted. */
  deletedAt: instant('deleted_at'),
  /** Time at which it was first noticed that the person may no longer sign in; null if nothing like that is known. */
  leftAt: instant('left_at'),
  /** How that was noticed; null if `leftAt` is. */
  leftBecause: text('left_because').$type<LeavingReason>(),
  /** Times at which the person's devices were suspended and terminated because of that; null if they were not. */
  devicesSuspendedAt: instant('devices_suspended_at'),
  devicesTerminatedAt: instant('devices_terminated_at'),
  /** Time at which the second factor of the person was reset; null if it never was. Certificates of before do not count as one. */
  secondFactorReset: instant('second_factor_reset'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Language that the user chose for the pages, as a tag (RFC 5646); null for the language of the browser. */
  language: text('language'),
});
export type User = typeof users.$inferSelect;

/** Roles of people (`Grant`). */
export const userRoles = pgTable('user_roles', {
  userId: uuid('user_id').notNull(),
  role: text('role').$type<Role>().notNull(),
  /** Name of the group of people whom the role reaches; null for everybody. */
  groupName: text('group_name'),
});

/** The groups of people to which a person belongs. */
export const userGroups = pgTable(
  'user_groups',
  { userId: uuid('user_id').notNull(), groupName: text('group_name').notNull() },
  ({ userId, groupName }) => [primaryKey({ columns: [userId, groupName] })],
);

/** Who put whose account into whose hands. Rows are only added. `accounts/independence.ts` says what follows from them. */
export const powerActs = pgTable('power_acts', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant('at').notNull().defaultNow(),
  kind: text('kind').$type<PowerAct['kind']>().notNull(),
  /** The event, or why the account counts as appointed: `upgrade` if it had power when these acts began to be kept. */
  what: text('what').notNull(),
  /** The account that it is about; the author of a proposal. */
  subjectId: uuid('subject_id').notNull(),
  /** Null for the server and for an identity provider. */
  actorId: uuid('actor_id'),
  proposalId: uuid('proposal_id'),
});

/** The link by which the owner of an account sets a password: at most one for each account. */
export const passwordLinks = pgTable('password_links', {
  userId: uuid('user_id').primaryKey(),
  tokenHash: text('token_hash').notNull().unique(),
  /** User name of the administrator who made the link, or `command line`. */
  madeBy: text('made_by').notNull(),
  expiresAt: instant('expires_at').notNull(),
});

export const sessions = pgTable('sessions', {
  /** SHA-256 of the token in the cookie, in base64url. Another hash takes its place when the session is renewed. */
  tokenHash: text('token_hash').primaryKey(),
  /** Id by which pages and the audit log name the session. Nobody gets into the session by it. */
  id: uuid('id').notNull().unique().defaultRandom(),
  userId: uuid('user_id').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Absolute end. A session that is not used ends earlier. */
  expiresAt: instant('expires_at').notNull(),
  /** Time of the last request that counts as use, not exact (`findSession`). */
  lastUsedAt: instant('last_used_at').notNull().defaultNow(),
  /** Address of the browser at its sign-in; null if it is not known. */
  address: inet('address'),
  /** `User-Agent` of the browser at its sign-in; null if it is not known. */
  browser: text('browser'),
  /** Time of the user's last proof of identity; null in a session that was opened before the portal recorded proofs. */
  provedAt: instant('proved_at'),
  provedBy: text('proved_by').$type<PersonProof['by']>(),
  /** Device whose passkey was the proof; null if the proof was not a device's passkey. */
  provedDeviceId: uuid('proved_device_id'),
  /** Set if the proof was a passkey that the user has registered on a security key, which may be one of their devices. */
  provedBySecurityKey: boolean('proved_by_security_key').notNull().default(false),
  /** Name of the provider that opened the session, as the settings have it. Null, as are the following columns, if no provider opened it. */
  provider: text('provider'),
  /** Issuer and subject of the person at the provider. */
  issuer: text('issuer'),
  subject: text('subject'),
  /** Id of the session at the provider (`sid`); null if the provider gave none. */
  providerSid: text('provider_sid'),
  /** The provider's tokens, as a compact JWE to the portal's own sealing key. */
  providerTokens: text('provider_tokens'),
  /** Time at which the provider was last asked whether the person may stay. */
  checkedAt: instant('checked_at'),
  /** Time at which the user gave the second factor in this session; null if they did not. */
  secondFactorAt: instant('second_factor_at'),
});

/** Whom an identity of a provider signs in. */
export const userIdentities = pgTable(
  'user_identities',
  {
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    userId: uuid('user_id').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Time at which the person last signed in by it, or the directory was last asked for the person without a session. */
    askedAt: instant('asked_at'),
  },
  ({ issuer, subject }) => [primaryKey({ columns: [issuer, subject] })],
);

/** Sign-ins that a browser has begun at a provider. */
export const signInAttempts = pgTable('sign_in_attempts', {
  /** SHA-256 of `state` in base64url. */
  stateHash: text('state_hash').primaryKey(),
  /** SHA-256 of the browser's cookie in base64url. */
  browserHash: text('browser_hash').notNull(),
  provider: text('provider').notNull(),
  /** Path of the page to return to; null for the first page of the user. */
  returnTo: text('return_to'),
  /** The person who proves again who they are; null for a sign-in. */
  userId: uuid('user_id'),
  expiresAt: instant('expires_at').notNull(),
});

/** Logout tokens that were used, each until it expires. */
export const logoutTokens = pgTable(
  'logout_tokens',
  {
    issuer: text('issuer').notNull(),
    jti: text('jti').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  ({ issuer, jti }) => [primaryKey({ columns: [issuer, jti] })],
);

export const loginAttempts = pgTable('login_attempts', {
  key: text('key').primaryKey(),
  attempts: integer('attempts').notNull(),
  windowEndsAt: instant('window_ends_at').notNull(),
});

export const loginChallenges = pgTable('login_challenges', {
  id: uuid('id').primaryKey(),
  /** Challenge in base64url; with the purpose `card`, the id of the operation with which the card proves its owner. */
  challenge: text('challenge').notNull(),
  expiresAt: instant('expires_at').notNull(),
  /** Id of the session that asked for the challenge. Null, as `purpose` is, for a sign-in, which has no session yet. */
  sessionId: uuid('session_id'),
  purpose: text('purpose').$type<'second-factor' | 'registration' | 'card'>(),
});

/** Passkeys that people have registered for signing in, besides the passkeys on issued devices. */
export const signInPasskeys = pgTable('sign_in_passkeys', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  /** Credential id in base64url. */
  credentialId: text('credential_id').notNull().unique(),
  /** Public key: a COSE key in base64url. */
  publicKey: text('public_key').notNull(),
  signCount: bigint('sign_count', { mode: 'number' }).notNull(),
  transports: jsonb('transports').$type<readonly string[]>().notNull(),
  /** Set if a copy of the passkey is kept elsewhere (WebAuthn Level 3, 6.1.3: BS). */
  isBackedUp: boolean('backed_up').notNull(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  lastUsedAt: instant('last_used_at'),
});

export const devicePolicies = pgTable('device_policies', {
  model: text('model').primaryKey(),
  policy: jsonb('policy').$type<DevicePolicy>().notNull(),
  /** The model's factory secrets, as a compact JWE to the portal's own sealing key. */
  factorySecrets: text('factory_secrets').notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by').notNull(),
});

/** Changes of policies that wait for another operator's decision: at most one change for each model. */
export const policyProposals = pgTable('policy_proposals', {
  model: text('model').primaryKey(),
  id: uuid('id').notNull().unique(),
  policy: jsonb('policy').$type<DevicePolicy>().notNull(),
  /** The model's factory secrets, sealed as in `devicePolicies`. */
  factorySecrets: text('factory_secrets').notNull(),
  proposedBy: text('proposed_by').notNull(),
  proposedAt: instant('proposed_at').notNull(),
});

export const devices = pgTable('devices', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  model: text('model').notNull(),
  modelName: text('model_name').notNull(),
  /** Name that the owner gave the device; null if the owner gave none. */
  name: text('name'),
  /**
   * Serial number. A mobile device has signed the number with the key that Apple certified. For any other device, the number is proved in two cases:
   * `identity` ends with it (`isIdentifiedBySerial`), or the row is attested, older than the column `identity`, and not of a security key.
   */
  serial: text('serial'),
  /**
   * The device's proved identity: `apple:key:` and the fingerprint of the key that Apple certified for a mobile device, or `apple:UDID` in a row from
   * before the portal kept that key; `DeviceIdentity.key` for any other device; null if no identity was proved.
   */
  identity: text('identity'),
  /** GUID of the CHUID that the card management writes to the card. */
  guid: uuid('guid').notNull(),
  firmware: text('firmware'),
  state: text('state').$type<DeviceState>().notNull(),
  stateBeforeSuspension: text('state_before_suspension').$type<DeviceState>(),
  stateReason: text('state_reason'),
  proof: text('proof').$type<Proof>().notNull(),
  /**
   * `own` if the card can be given a management key of its own; `configured` if the card keeps the management key of its model, because that key
   * cannot be changed.
   */
  managementKey: text('management_key').$type<'own' | 'configured'>().notNull(),
  /** Set if the owner can start again: the card can be erased, or the device has no PIV, so that new passkeys replace the old ones. */
  resettable: boolean('resettable').notNull().default(false),
  /** Set if the FIDO2 application shares the PIN of PIV, as the device has shown or the policy of its model promises. */
  sharesPin: boolean('shares_pin').notNull().default(false),
  /** Rules by which the PIN was made or chosen; null if nobody knows them. */
  pinRules: jsonb('pin_rules').$type<DevicePolicy['pinRules']>(),
  /**
   * Set if the card has its initial PIN, or is to get it during the issuance. Cleared when another PIN may be on the card, or when the card was
   * erased.
   */
  hasInitialPin: boolean('has_initial_pin').notNull().default(true),
  /**
   * Time at which an operator approved sending a PUK: the factory PUK for an issuance, or the card's own PUK for a new PIN. Null again after the
   * operation has ended or the device has changed its state.
   */
  pukApprovedAt: instant('puk_approved_at'),
  /** User name of the operator who approved sending the PUK. */
  pukApprovedBy: text('puk_approved_by'),
  /**
   * One-time code with which the owner gets a new PIN, as a compact JWE to the portal's own sealing key. Null if no code was issued, or if the last
   * code no longer counts: it was used, no attempt is left, it was withdrawn, or the device changed its state. An expired code may still be here.
   */
  unlockCode: text('unlock_code'),
  unlockCodeIssuedAt: instant('unlock_code_issued_at'),
  unlockCodeIssuedBy: text('unlock_code_issued_by'),
  /** Number of wrong attempts left before the code becomes invalid. */
  unlockCodeTries: integer('unlock_code_tries').notNull().default(0),
  /** Id of the operation that used the code; null while the code is unused. */
  unlockCodeOperation: text('unlock_code_operation'),
  /** What the owner has reported of the device; null if nothing was reported, or the device is in use again. */
  incident: text('incident').$type<Incident>(),
  replacementAskedAt: instant('replacement_asked_at'),
  /** Id of the device that ends once this one is active. */
  replaces: uuid('replaces'),
  /** The key that a renewal makes in slot 95 before it moves it to its slot; null if no such key is on the card. */
  stagedKey: text('staged_key'),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  issuedAt: instant('issued_at'),
  activatedAt: instant('activated_at'),
});
export type DeviceRow = typeof devices.$inferSelect;

export const operations = pgTable('operations', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  userId: uuid('user_id').notNull(),
  deviceId: uuid('device_id'),
  /**
   * Text by which the card is recognised while it has no row in `devices`. It begins with `serial:`, `guid:` or, for the card's reader, `place:`.
   * Null once the card has a row.
   */
  cardHint: text('card_hint'),
  guid: uuid('guid').notNull(),
  status: text('status').$type<OperationStatus>().notNull(),
  /** Number of the step that was last sent to the host. */
  stepNumber: integer('step_number').notNull(),
  session: text('session').notNull(),
  /** Current step of the operation, and the data that its steps keep. The portal validates this value when it reads the row. */
  state: jsonb('state').$type<unknown>().notNull(),
  stepMethods: jsonb('step_methods').$type<readonly string[]>().notNull(),
  /** Answer to the last results. The answer is kept with the hash of these results, so that a repeated request gets the same answer. */
  lastAnswer: jsonb('last_answer').$type<KeptAnswer>(),
  lastResultsHash: text('last_results_hash'),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});
export type OperationRow = typeof operations.$inferSelect;

export const escrows = pgTable('escrows', {
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  operationId: text('operation_id').notNull(),
  /** The card's secrets, as a compact JWE from the host to the portal. */
  sealed: text('sealed').notNull(),
  context: jsonb('context').$type<SealContext>().notNull(),
  /** SHA-256 of the ASCII text of `sealed`, in base64url. */
  sha256: text('sha256').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
  createdAt: instant('created_at').notNull().defaultNow(),
  appliedAt: instant('applied_at'),
  managementKeyDroppedAt: instant('management_key_dropped_at'),
  pukDroppedAt: instant('puk_dropped_at'),
  pukTries: jsonb('puk_tries').$type<readonly KeptPukTry[]>().notNull().default([]),
});

export const certificates = pgTable('certificates', certificateColumns());
export type CertificateRow = typeof certificates.$inferSelect;

export const passkeys = pgTable('passkeys', {
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  operationId: text('operation_id').notNull(),
  service: text('service').notNull(),
  rpId: text('rp_id').notNull(),
  /** Credential id in base64url. */
  credentialId: text('credential_id').notNull(),
  /** The service's own id of the passkey. */
  serviceId: text('service_id').notNull(),
  aaguid: uuid('aaguid').notNull(),
  /** Public key: a COSE key in base64url. */
  publicKey: text('public_key').notNull(),
  signCount: bigint('sign_count', { mode: 'number' }).notNull(),
  transports: jsonb('transports').$type<readonly string[]>().notNull(),
  name: text('name').notNull(),
  way: text('way').$type<PasskeyWay>().notNull(),
  place: text('place').$type<Passkey['place']>().notNull(),
  attested: boolean('attested').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  lastUsedAt: instant('last_used_at'),
  removalDueAt: instant('removal_due_at'),
  removedAt: instant('removed_at'),
  unconfirmed: jsonb('unconfirmed').$type<UnconfirmedRegistration>(),
});

/** Notices for the owners of devices. */
export const notices = pgTable('notices', {
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  ownerId: uuid('owner_id').notNull(),
  kind: text('kind').$type<NoticeKind>().notNull(),
  /** An operator's own words. */
  reason: text('reason'),
  /** Days before `expiresAt`; null, as that is, for a notice of a change. */
  days: integer('days'),
  expiresAt: instant('expires_at'),
  createdAt: instant('created_at').notNull(),
  attempts: integer('attempts').notNull(),
  dueAt: instant('due_at'),
  outcome: text('outcome').$type<NoticeOutcome>(),
});

/** Work that waits for devices: operations that operators asked their owners for. */
export const waitingWork = pgTable('waiting_work', {
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  kind: text('kind').$type<WorkKind>().notNull(),
  askedById: uuid('asked_by_id').notNull(),
  askedBy: text('asked_by').notNull(),
  /** The operator's own words. */
  reason: text('reason'),
  askedAt: instant('asked_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  /** The last operation that the owner started for it. */
  operationId: text('operation_id'),
  /** Null while the work waits. */
  outcome: text('outcome').$type<WorkOutcome>(),
  endedAt: instant('ended_at'),
});

/**
 * Certificate policies that state whether the certified key is proved. One row, stored at the first start. A policy in the settings takes precedence.
 */
export const certificatePolicies = pgTable('certificate_policies', {
  id: integer('id').primaryKey(),
  /** Policy in certificates whose key is proved: an OID in dotted form. `unproved` is the policy in all other certificates, in the same form. */
  proved: text('proved').notNull(),
  unproved: text('unproved').notNull(),
});

export const audit = pgTable('audit', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant('at').notNull().defaultNow(),
  actor: text('actor').notNull(),
  event: text('event').notNull(),
  outcome: text('outcome').$type<'ok' | 'failed'>().notNull(),
  deviceId: uuid('device_id'),
  operationId: text('operation_id'),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull(),
  /** Address from which the request came that caused the entry; null if no request did. */
  address: inet('address'),
  /** How whoever sent the request had proved their identity, or tried to. */
  way: text('way').$type<PersonProof['by']>(),
  /** Session (`sessions.id`) of the request; null if the request had none. */
  sessionId: uuid('session_id'),
  /** Account that the entry is about; null if it is about no account. */
  personId: uuid('person_id'),
  /** Id of the request that caused the entry, which the log has too; null if no request did. */
  requestId: text('request_id'),
});

export const operationEvents = pgTable('operation_events', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  operationId: text('operation_id').notNull(),
  deviceId: uuid('device_id'),
  actor: text('actor').notNull(),
  address: text('address'),
  at: instant('at').notNull().defaultNow(),
  what: jsonb('what').$type<OperationHappening>().notNull(),
});

export const supportFiles = pgTable('support_files', {
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  addedBy: text('added_by').notNull(),
  addedAt: instant('added_at').notNull().defaultNow(),
  madeBy: text('made_by').$type<'extension' | 'host'>().notNull(),
  /** Number of checks in the bundle that failed. */
  failed: integer('failed').notNull(),
  /** Number of all checks in the bundle. */
  checks: integer('checks').notNull(),
  /** Size of the packed file in bytes. */
  size: integer('size').notNull(),
  /** The support bundle: JSON, compressed with gzip. */
  packed: bytea('packed').notNull(),
});

/** Kinds of uses that are counted for a person: those of the card management, and the portal's own. */
export type PortalSpending = Spending | 'change' | 'step' | 'sign-in';

export const quotas = pgTable(
  'quotas',
  {
    userId: uuid('user_id').notNull(),
    what: text('what').$type<PortalSpending>().notNull(),
    spent: integer('spent').notNull(),
    /** Subjects that were counted in this hour, each once; empty if the uses have no subjects. */
    subjects: text('subjects').array().notNull(),
    windowEndsAt: instant('window_ends_at').notNull(),
  },
  ({ userId, what }) => [primaryKey({ columns: [userId, what] })],
);
