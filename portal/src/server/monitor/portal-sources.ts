import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { readForeignCertificate } from '@cardwright/cms/keys';
import { and, count, isNotNull, isNull, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { BUILD_VERSION } from '../build-version.js';
import type { CrlPublisher, CrlSpan } from '../ca/published-crl.js';
import { clockFault } from '../health/clock.js';
import { diskFault } from '../health/disk.js';
import type { HealthWatch } from '../health/health-watch.js';
import { backupAge } from '../last-backup.js';
import type { Database } from '../store/database.js';
import { WAITS_FOR_APPROVAL } from '../store/device-list.js';
import { foreignAmong, RAN_MIGRATIONS, ranMigrations, readMigrations } from '../store/migrate.js';
import { devices, passkeys } from '../store/schema.js';
import type { Counters } from './counters.js';
import { sample, type MetricTable, type Sample } from './metrics.js';
import type { Checks, MonitorSources } from './monitor.js';

interface PortalParts {
  readonly db: Database;
  readonly authority: Pick<CertificationAuthority, 'certificate'>;
  readonly crl: () => Pick<CrlPublisher, 'refresh' | 'last'>;
  /** Every metric. */
  readonly metrics: MetricTable;
  /** Measures what features add. */
  readonly ofFeatures: () => Promise<readonly Sample[]>;
  readonly counters: Counters;
  readonly health: Pick<HealthWatch, 'latest' | 'lookHere'>;
  readonly dataFolder: string;
}

const NANOSECOND = 1e-9;
const MICROSECOND = 1e-6;
const SECOND = 1000;
/** Milliseconds between two measurements of the event loop. */
const RESOLUTION = 20;

/** Returns the checks and the metrics of a running portal. Measures the event loop from then on. */
export function portalSources(parts: PortalParts): MonitorSources {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  const checks = () => checkAll(parts);
  return {
    checks,
    metrics: parts.metrics,
    samples: async () => {
      const lag = {
        mean: delays.mean * NANOSECOND,
        p99: delays.percentile(99) * NANOSECOND,
        max: delays.max * NANOSECOND,
      };
      delays.reset();
      return [
        sample('cardwright_build_info', { version: BUILD_VERSION }, 1),
        ...Object.entries(await checks()).map(([check, passes]) =>
          sample('cardwright_ready', { check }, passes ? 1 : 0),
        ),
        ...parts.counters.samples,
        // Without the database, the rest is still told.
        ...(await storedSamples(parts).catch(() => [])),
        ...healthSamples(parts),
        ...(await backupSamples(parts)),
        ...crlSamples(parts.crl().last),
        ...processSamples(),
        sample('nodejs_eventloop_lag_mean_seconds', {}, Number.isNaN(lag.mean) ? 0 : lag.mean),
        sample('nodejs_eventloop_lag_p99_seconds', {}, lag.p99),
        sample('nodejs_eventloop_lag_max_seconds', {}, lag.max),
      ];
    },
  };
}

async function checkAll({ db, authority, crl: published, health, dataFolder }: PortalParts): Promise<Checks> {
  const crl = published();
  const ran = await ranIn(db);
  await crl.refresh();
  const { clock, disk } = await health.lookHere();
  const { providers } = health.latest;
  const now = Date.now();
  const { validFrom, validTo } = readForeignCertificate(authority.certificate);
  const isValid = new Date(validFrom).getTime() <= now && now < new Date(validTo).getTime();
  return {
    database: ran !== null,
    migrations: ran !== null && areFit(ran, await ours),
    // After `refresh`, a CRL is old only if no new one could be made.
    authority: isValid && (crl.last === null || now < crl.last.nextUpdate.getTime()),
    // Local accounts sign in without any provider, but the people of the providers do not.
    'sign-in': providers.length === 0 || providers.some(({ reason }) => reason === null),
    clock: clock === null || clockFault(clock) === null,
    ...(disk && { disk: diskFault(dataFolder, disk) === null }),
  };
}

/** The migrations of this version, which do not change while it runs. */
const ours = readMigrations();

type Ran = v.InferOutput<typeof ranMigrations>;

/** Returns the scripts that have run on the database; null if it cannot be read. */
const ranIn = async (db: Database): Promise<Ran | null> =>
  db.execute(sql.raw(RAN_MIGRATIONS)).then(
    (result) => v.parse(v.object({ rows: ranMigrations }), result).rows,
    () => null,
  );

/** True if all scripts of this version have run, and none of a newer portal with which this one does not run. That one may come while it runs. */
function areFit(ran: Ran, known: Awaited<typeof ours>): boolean {
  const names = new Set(ran.map(({ name }) => name));
  return known.every(({ name }) => names.has(name)) && foreignAmong(ran, known)?.isFit !== false;
}

async function storedSamples({ db, ofFeatures }: PortalParts): Promise<Sample[]> {
  const [waiting] = await db
    .select({ total: count() })
    .from(passkeys)
    .where(and(isNotNull(passkeys.removalDueAt), isNull(passkeys.removedAt)));
  const [approvals] = await db.select({ total: count() }).from(devices).where(WAITS_FOR_APPROVAL);
  return [
    sample('cardwright_passkey_removals_waiting', {}, waiting?.total ?? 0),
    sample('cardwright_approvals_waiting', {}, approvals?.total ?? 0),
    ...(await ofFeatures()),
  ];
}

function healthSamples({ health }: PortalParts): Sample[] {
  const { providers, clock, disk } = health.latest;
  return [
    ...providers.map(({ name, reason }) =>
      sample('cardwright_provider_up', { provider: name }, reason === null ? 1 : 0),
    ),
    ...(clock?.ahead == null ? [] : [sample('cardwright_clock_ahead_seconds', {}, clock.ahead)]),
    ...(disk === null ? [] : [sample('cardwright_disk_free_bytes', {}, disk.free)]),
  ];
}

async function backupSamples({ dataFolder }: PortalParts): Promise<Sample[]> {
  const age = await backupAge(dataFolder);
  return age === null ? [] : [sample('cardwright_backup_age_seconds', {}, age)];
}

const crlSamples = (last: CrlSpan | null): Sample[] =>
  last === null
    ? []
    : [
        sample('cardwright_crl_age_seconds', {}, (Date.now() - last.thisUpdate.getTime()) / SECOND),
        sample('cardwright_crl_remaining_seconds', {}, (last.nextUpdate.getTime() - Date.now()) / SECOND),
      ];

function processSamples(): Sample[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return [
    sample('process_start_time_seconds', {}, Math.round(Date.now() / SECOND - process.uptime())),
    sample('process_cpu_seconds_total', {}, (user + system) * MICROSECOND),
    sample('process_resident_memory_bytes', {}, rss),
    sample('nodejs_heap_size_used_bytes', {}, heapUsed),
  ];
}
