import * as v from 'valibot';
import { commandFailure } from './command-failure.js';
import { diagnosticCheck } from './commands/diagnostics.js';
import { text } from './schema.js';
import { traceFile } from './trace.js';

/** One JSON file for a help desk: what is installed, what was checked, and what happened. It holds no secret. */
export const supportBundle = v.strictObject({
  format: v.literal('cardwright-support'),
  version: v.literal(1),
  /** Milliseconds since 1970. */
  made: v.number(),
  madeBy: v.picklist(['extension', 'host']),
  /** Product versions; null of a part that was not reached. */
  versions: v.strictObject({ extension: v.nullable(text(40)), host: v.nullable(text(40)) }),
  /** Browser and system, such as a user agent. */
  environment: v.pipe(v.record(text(60), text(400)), v.maxEntries(50)),
  checks: v.pipe(v.array(diagnosticCheck), v.maxLength(500)),
  /** The administrator's policy in force; of keys only their ids. Null where this part cannot read it. */
  policy: v.nullable(v.record(v.string(), v.unknown())),
  /**
   * The commands that failed last, the oldest first: kept without a trace, too. Missing where this part keeps none, and in files of
   * earlier versions.
   */
  failures: v.exactOptional(v.pipe(v.array(commandFailure), v.maxLength(1_000))),
  /** Null where nothing was recorded. */
  trace: v.nullable(traceFile),
  /** The last lines of the host's log; empty where this part cannot read it. */
  log: v.pipe(v.array(text(2_000)), v.maxLength(2_000)),
});
export type SupportBundle = v.InferOutput<typeof supportBundle>;

/** UTF-16 code units that a bundle may have. */
export const MAX_BUNDLE_LENGTH = 16 * 1024 * 1024;
