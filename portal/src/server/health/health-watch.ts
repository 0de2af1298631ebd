import { sql } from 'drizzle-orm';
import type { Job } from '../work/due-work.js';
import { log } from '../log/log.js';
import type { PortalDatabase } from '../store/database.js';
import { clockFault, readClock, type ClockFacts } from './clock.js';
import { diskFault, tryDisk, type DiskFacts } from './disk.js';
import { lookAtProviders, providerSentence, type AskedProviders, type ProviderHealth } from './provider-health.js';

/** State of the portal's surroundings at the last look. */
export interface Health {
  readonly providers: readonly ProviderHealth[];
  readonly clock: ClockFacts | null;
  /** Null if nothing of the database is on the disk of this computer. */
  readonly disk: DiskFacts | null;
}

interface Surroundings {
  /** Folder of the embedded database; null if there is none on the disk of this computer. */
  readonly folder: string | null;
  readonly database: Pick<PortalDatabase, 'db' | 'engine'>;
  readonly signIn: AskedProviders;
}

/**
 * Looks every three minutes at what the portal depends on and cannot mend: the providers and the directory, the clock and the disk. Writes a line to the
 * journal for each fault when it comes, and another one when it has gone.
 */
export class HealthWatch {
  readonly #faults = new Map<string, string>();
  #latest: Health = { providers: [], clock: null, disk: null };

  readonly job: Job = {
    doSome: async () => {
      await this.look();
      return 0;
    },
    failed: (problem) => `What the portal depends on could not be looked at (${problem}); the portal tries again.`,
  };

  constructor(private readonly surroundings: Surroundings) {}

  /** Result of the last look. Empty before the first one. */
  get latest(): Health {
    return this.#latest;
  }

  /** Looks now, and tells the journal of what has changed. */
  async look(): Promise<Health> {
    const { signIn } = this.surroundings;
    const [providers, here] = await Promise.all([lookAtProviders(signIn), this.lookHere()]);
    this.#latest = { providers, ...here };
    for (const one of providers) this.#tell(`${one.kind}:${one.name}`, one.reason && providerSentence(one), one.reason);
    return this.#latest;
  }

  /** Looks at clock and disk, which takes milliseconds. */
  async lookHere(): Promise<Pick<Health, 'clock' | 'disk'>> {
    const { folder, database } = this.surroundings;
    const rows = async (query: string): Promise<readonly unknown[]> =>
      rowsOf(await database.db.execute(sql.raw(query)));
    const [clock, disk] = await Promise.all([
      // Without the database nothing can be said, and `/readyz` says that.
      readClock({ rows }, database.engine === 'postgresql', Date.now).catch(() => null),
      folder === null ? null : tryDisk(folder),
    ]);
    this.#latest = { ...this.#latest, clock, disk };
    if (clock) this.#tell('clock', clockFault(clock));
    if (folder !== null && disk) this.#tell('disk', diskFault(folder, disk));
    return { clock, disk };
  }

  #tell(what: string, fault: string | null, reason: string | null = null): void {
    const before = this.#faults.get(what);
    // The figures of a fault change all the time.
    if (fault !== null && before === undefined) log.warn(`${fault}.`, reason === null ? {} : { reason });
    if (fault === null && before !== undefined) log.info(`No longer so: ${before}.`);
    if (fault === null) this.#faults.delete(what);
    else this.#faults.set(what, before ?? fault);
  }
}

const rowsOf = (result: unknown): readonly unknown[] =>
  typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows) ? result.rows : [];
