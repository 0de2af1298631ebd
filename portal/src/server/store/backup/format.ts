import * as v from 'valibot';

/**
 * Version of the backup format. A backup is text with one JSON value in each line, compressed with gzip. The format is the same for
 * both engines of the database:
 *
 *     { "cardwright": "backup", "format": 1, "made", "migrations": [{ "name", "sha256" }], "sequences": { NAME: LAST } }
 *     { "table": "users", "count": 2 }
 *     [{ "id": "…", "username": "…" }, …]
 *     …
 *     { "end": { "users": 2, … } }
 *
 * The rows of a table come in pieces, each after a line that announces it. A backup without its last line is incomplete.
 */
export const FORMAT = 1;

/** The tables in a backup, in this order: a table comes after the tables that its rows refer to. */
export const KEPT_TABLES = [
  'users',
  'user_roles',
  'user_groups',
  'device_policies',
  'devices',
  'operations',
  'escrows',
  'certificates',
  'audit',
  'crl_revision',
  'operation_events',
  'support_files',
  'passkeys',
  'mobile_enrolments',
  'scep_requests',
  'registration_authorities',
  'certificate_policies',
  'notices',
  'waiting_work',
  'user_identities',
  'sign_in_passkeys',
  'power_acts',
] as const;
export type KeptTable = (typeof KEPT_TABLES)[number];

/**
 * Tables that no backup contains: tables with short-lived content, and `migrations`, whose content is in the first line. A restored session would log
 * in a user who has logged out since. A restored proposal might be one that was withdrawn since.
 */
export const LEFT_OUT = [
  'sessions',
  'login_attempts',
  'login_challenges',
  'password_links',
  'sign_in_attempts',
  'logout_tokens',
  'quotas',
  'policy_proposals',
  'migrations',
] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const header = v.strictObject({
  cardwright: v.literal('backup'),
  format: v.literal(FORMAT),
  /** Time of the backup, in ISO 8601. */
  made: v.pipe(v.string(), v.isoTimestamp()),
  migrations: v.array(v.strictObject({ name: v.string(), sha256: v.string() })),
  /** Last used number of each database sequence, in decimal. Leaves out sequences that were never used. */
  sequences: v.record(v.string(), v.pipe(v.string(), v.regex(/^\d+$/))),
});
export type Header = v.InferOutput<typeof header>;

export const announcement = v.strictObject({ table: v.picklist(KEPT_TABLES), count });

export const ending = v.strictObject({ end: v.record(v.string(), count) });
export type Counts = Readonly<Record<string, number>>;
