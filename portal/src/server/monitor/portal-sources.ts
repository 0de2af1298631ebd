import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { and, count, isNotNull, isNull, sql } from 'drizzle-orm';
import { readForeignCertificate } from '@cardwright/cms/keys';
import type { CrlPublisher, CrlSpan } from '../ca/published-crl.js';
import { daysUntil, type ExpiryKind } from '../expiry/expiry-dates.js';
import type { ReadExpiryDates } from '../expiry/installation.js';
import type { Database } from '../store/database.js';
import { readMigrations } from '../store/migrate.js';
import { passkeys } from '../store/schema.js';
import type { Counters } from './counters.js';
import { sample, type Sample } from './metrics.js';
import type { Checks, MonitorSources } from './monitor.js';

interface PortalParts {
  readonly db: Database;
  readonly authority: Pick<CertificationAuthority, 'certificate'>;
  readonly crl: () => Pick<CrlPublisher, 'refresh' | 'last'>;
  readonly expiryDates: ReadExpiryDates;
  readonly counters: Counters;
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
    samples: async () => {
      const lag = {
        mean: delays.mean * NANOSECOND,
        p99: delays.percentile(99) * NANOSECOND,
        max: delays.max * NANOSECOND,
      };
      delays.reset();
      return [
        sample('cardwright_build_info', { version: PRODUCT_VERSION }, 1),
        ...Object.entries(await checks()).map(([check, passes]) =>
          sample('cardwright_ready', { check }, passes ? 1 : 0),
        ),
        ...parts.counters.samples,
        // Without the database, the rest is still told.
        ...(await storedSamples(parts).catch(() => [])),
        ...crlSamples(parts.crl().last),
        ...processSamples(),
        sample('nodejs_eventloop_lag_mean_seconds', {}, Number.isNaN(lag.mean) ? 0 : lag.mean),
        sample('nodejs_eventloop_lag_p99_seconds', {}, lag.p99),
        sample('nodejs_eventloop_lag_max_seconds', {}, lag.max),
      ];
    },
  };
}

async function checkAll({ db, authority, crl: published }: PortalParts): Promise<Checks> {
  const crl = published();
  const rows = await db
    .select({ name: sql<string>`name` })
    .from(sql`migrations`)
    .catch(() => null);
  const ran = new Set(rows?.map(({ name }) => name));
  await crl.refresh();
  const now = Date.now();
  const { validFrom, validTo } = readForeignCertificate(authority.certificate);
  const isValid = new Date(validFrom).getTime() <= now && now < new Date(validTo).getTime();
  return {
    database: rows !== null,
    migrations: (await ours).every((name) => ran.has(name)),
    // After `refresh`, a CRL is old only if no new one could be made.
    authority: isValid && (crl.last === null || now < crl.last.nextUpdate.getTime()),
  };
}

/** Names of the migrations of this version, which do not change while it runs. */
const ours = readMigrations().then((migrations) => migrations.map(({ name }) => name));

async function storedSamples({ db, expiryDates }: PortalParts): Promise<Sample[]> {
  const [waiting] = await db
    .select({ total: count() })
    .from(passkeys)
    .where(and(isNotNull(passkeys.removalDueAt), isNull(passkeys.removedAt)));
  const first = new Map<ExpiryKind, Date>();
  for (const { kind, notAfter } of await expiryDates()) if (!first.has(kind)) first.set(kind, notAfter);
  return [
    sample('cardwright_passkey_removals_waiting', {}, waiting?.total ?? 0),
    ...[...first].map(([kind, notAfter]) =>
      sample('cardwright_expiry_days', { kind }, daysUntil({ notAfter }, new Date())),
    ),
  ];
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
