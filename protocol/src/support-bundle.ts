import * as v from 'valibot';
import { commandFailure } from './command-failure.js';
import { diagnosticCheck } from './commands/diagnostics.js';
import { text } from './schema.js';
import { traceFile } from './trace.js';

/** One JSON file for a help desk, with installed versions, results of checks, and past events. It has no secrets. */
export const supportBundle = v.strictObject({
  format: v.literal('cardwright-support'),
  version: v.literal(1),
  /** Milliseconds since 1970. */
  made: v.number(),
  madeBy: v.picklist(['extension', 'host']),
  /** Product versions; null for a part that was not reached. */
  versions: v.strictObject({ extension: v.nullable(text(40)), host: v.nullable(text(40)) }),
  /** Browser and system, for example a user agent. */
  environment: v.pipe(v.record(text(60), text(400)), v.maxEntries(50)),
  checks: v.pipe(v.array(diagnosticCheck), v.maxLength(500)),
  /** The administrator's policy in force. It has the ids of keys instead of the keys. Null if the part that made the file cannot read the policy. */
  policy: v.nullable(v.record(v.string(), v.unknown())),
  /**
   * The last commands that failed, the oldest first, even if no trace was recorded. Left out by the host, which keeps no such list, and by
   * earlier versions.
   */
  failures: v.exactOptional(v.pipe(v.array(commandFailure), v.maxLength(1_000))),
  /** The recorded trace; null if no trace was recorded. */
  trace: v.nullable(traceFile),
  /** The last lines of the host's log; empty if the part that made the file cannot read the log. */
  log: v.pipe(v.array(text(2_000)), v.maxLength(2_000)),
});
export type SupportBundle = v.InferOutput<typeof supportBundle>;

/** Maximum length of a bundle in UTF-16 code units. */
export const MAX_BUNDLE_LENGTH = 16 * 1024 * 1024;
