import type { ErrorCode } from '@cardwright/protocol';

/** A metric: its type in Prometheus, the names of its labels, and its meaning in a sentence. */
interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * Metrics by their names. No label has a value from a person, a device or a request: each has the words of a table of the product, or a name of the
 * settings, so that the number of series is bounded.
 */
export type MetricTable = Readonly<Record<string, Metric>>;

/** The metrics of the portal that are in no feature. */
export const OWN_METRICS = {
  cardwright_build_info: {
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1, with the version of the portal and its commit.',
  },
  cardwright_ready: {
    type: 'gauge',
    labels: ['check'],
    help: '1 if a check of /readyz passes, 0 if not.',
  },
  cardwright_operations_ended_total: {
    type: 'counter',
    labels: ['operation', 'outcome', 'code'],
    help: 'Operations on devices that this process ended: outcome is done, failed or cancelled, and code the error of the catalogue, or none. Issuances have operation="issue".',
  },
  cardwright_operations_interrupted_total: {
    type: 'counter',
    labels: ['operation', 'code'],
    help: 'Sessions of operations that this process could not continue, while another session can.',
  },
  cardwright_http_requests_total: {
    type: 'counter',
    labels: ['route', 'status'],
    help: 'Requests that this process answered, by the address in the table of routes, and by status. Addresses outside the table are none.',
  },
  cardwright_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['route'],
    help: 'Seconds that this process took for these requests: how many, how long together, and how many took at most le each.',
  },
  cardwright_http_errors_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Errors that this process answered to requests, by the code of the error catalogue.',
  },
  cardwright_sign_ins_failed_total: {
    type: 'counter',
    labels: ['way'],
    help: 'Sign-ins that this process refused, also those after too many tries: by password, by passkey, or by a provider of the settings.',
  },
  cardwright_provider_up: {
    type: 'gauge',
    labels: ['provider'],
    help: '1 if a provider or the directory of the settings answered this process when it was asked last, within three minutes; 0 if people cannot sign in by it.',
  },
  cardwright_clock_ahead_seconds: {
    type: 'gauge',
    labels: [],
    help: 'By how much the clock of this computer is ahead of that of PostgreSQL. Missing for the embedded database.',
  },
  cardwright_disk_free_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes that the embedded database can still take of its disk. Missing for PostgreSQL.',
  },
  cardwright_approvals_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Devices that wait for an approval of an operator. Every process says the same.',
  },
  cardwright_backup_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Age of the last backup that was made on this computer. Missing until one was made.',
  },
  cardwright_passkey_removals_waiting: {
    type: 'gauge',
    labels: [],
    help: 'Passkeys that have yet to be removed at their service. Every process says the same.',
  },
  cardwright_crl_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Age of the CRL that this process made last. Missing until a reader has asked for one.',
  },
  cardwright_crl_remaining_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Seconds until the end of that CRL; negative after it.',
  },
  process_start_time_seconds: { type: 'gauge', labels: [], help: 'Start of this process, in seconds since 1970.' },
  process_cpu_seconds_total: { type: 'counter', labels: [], help: 'Processor time of this process.' },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Memory of this process.' },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], help: 'Memory of the JavaScript objects of this process.' },
  nodejs_eventloop_lag_mean_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Mean delay of the event loop since the last scrape.',
  },
  nodejs_eventloop_lag_p99_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Delay of the event loop since the last scrape that 99 of 100 did not exceed.',
  },
  nodejs_eventloop_lag_max_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Longest delay of the event loop since the last scrape.',
  },
} as const satisfies MetricTable;

export type OwnMetrics = typeof OWN_METRICS;

/** Values of labels whose words come from a table. */
interface LabelValues {
  readonly code: ErrorCode | 'none';
  readonly outcome: 'done' | 'failed' | 'cancelled';
}
/** The labels of a metric, each with its value. */
export type Labels<M extends MetricTable, N extends keyof M> = {
  readonly [L in M[N]['labels'][number]]: L extends keyof LabelValues ? LabelValues[L] : string;
};

/** One value of a metric. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Part of a histogram. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** Returns a function that makes samples of the metrics of a table, each with exactly the labels of its metric. */
export const samplerOf =
  <M extends MetricTable>(_metrics: M) =>
  <N extends keyof M & string>(name: N, labels: Labels<M, N>, value: number): Sample => ({
    name,
    labels: { ...labels },
    value,
  });

/** Makes a sample of one of the portal's own metrics. */
export const sample = samplerOf(OWN_METRICS);

/** Media type of the Prometheus text exposition format, version 0.0.4. */
export const MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Writes samples in the text exposition format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats), in the order of the table. A metric
 * without samples is left out.
 */
export function exposition(metrics: MetricTable, samples: readonly Sample[]): string {
  const lines = Object.entries(metrics).flatMap(([name, { type, help }]) => {
    const own = samples.filter((one) => one.name === name);
    if (own.length === 0) return [];
    return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...own.map(lineOf)];
  });
  return `${lines.join('\n')}\n`;
}

function lineOf({ name, labels, value, suffix }: Sample): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${suffix ?? ''}${written.length > 0 ? `{${written.join(',')}}` : ''} ${value}`;
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
