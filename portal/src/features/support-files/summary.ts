import { validate } from '@cardwright/protocol';
import {
  errorsIn,
  supportBundle,
  type CommandFailure,
  type SupportBundle,
  type TracedError,
} from '@cardwright/protocol/trace';
import type { SupportFile } from './files.js';

/** Maximum numbers of errors and of lines that are shown: the last entries of each list. */
const MOST_ERRORS = 100;
const MOST_LINES = 200;
/** Maximum number of characters shown of the policy. */
const MOST_POLICY = 20_000;

/** A support bundle as an operator's page shows it. The whole bundle can be downloaded. */
export interface SupportSummary extends Pick<SupportBundle, 'made' | 'madeBy' | 'versions' | 'environment'> {
  readonly file: SupportFile;
  /** The bundle's checks, failed ones first. */
  readonly checks: SupportBundle['checks'];
  /** The administrator's policy in force, as indented JSON of at most `MOST_POLICY` characters; null if the bundle has no policy. */
  readonly policy: string | null;
  /** The last failed commands, oldest first; null if the bundle has no such list, because a host or an earlier version made the bundle. */
  readonly failures: readonly CommandFailure[] | null;
  /**
   * The recorded trace: its sessions (`started` in milliseconds since 1970), the numbers of kept and of dropped entries, and its last errors.
   * Null if no trace was recorded.
   */
  readonly trace: {
    readonly sessions: readonly { readonly origin: string; readonly started: number }[];
    readonly entries: number;
    readonly dropped: number;
    readonly errors: readonly TracedError[];
  } | null;
  /** The last lines of the host's log; empty if the bundle has no log. */
  readonly log: readonly string[];
}

/**
 * Returns the summary of a support file.
 *
 * @param content the bundle as JSON in UTF-8
 */
export function summarize(file: SupportFile, content: Buffer): SupportSummary {
  const json: unknown = JSON.parse(content.toString('utf8'));
  const bundle = validate(supportBundle, json);
  const { made, madeBy, versions, environment, checks, policy, failures, trace, log } = bundle;
  const rank = ({ outcome }: SupportBundle['checks'][number]): number => (outcome === 'failed' ? 0 : 1);
  return {
    file,
    made,
    madeBy,
    versions,
    environment,
    checks: [...checks].sort((a, b) => rank(a) - rank(b)),
    policy: policy && JSON.stringify(policy, null, 2).slice(0, MOST_POLICY),
    failures: failures?.slice(-MOST_ERRORS) ?? null,
    trace: trace && {
      sessions: trace.sessions.map(({ origin, started }) => ({ origin, started })),
      entries: trace.entries.length,
      dropped: trace.dropped,
      errors: errorsIn(trace.entries).slice(-MOST_ERRORS),
    },
    log: log.slice(-MOST_LINES),
  };
}
