import { isErrorCode, isMethod, type ErrorCode, type Method } from '@cardwright/protocol';
import { origin as originSchema } from '@cardwright/protocol/schemas';
import { commandFailure, failuresIn, type CommandFailure } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser } from '../browser.js';
import { FAILURES_KEY } from '../recorded-keys.js';
import type { Site } from '../remembered-answers.js';
import { logDefect } from './log.js';
import type { Outcome } from './outcome.js';

/** Maximum number of failures kept, of all sites together. */
const MOST = 100;
/** Maximum number of failures kept of one site. */
const MOST_OF_SITE = 50;
/** Milliseconds between two writes. A browser lets the background sleep after 30 s. */
const KEEP_INTERVAL = 1_000;

const siteFailure = v.strictObject({ origin: originSchema, ...commandFailure.entries });
type SiteFailure = v.InferOutput<typeof siteFailure>;

/** Stored failures. No more are accepted than this background may have written. */
const keptFailures = v.pipe(v.array(siteFailure), v.maxLength(MOST));

/**
 * The last failed commands, for a help desk: time, site, method of the table, and code of the catalogue. Kept in memory until the
 * browser ends, also while the background sleeps. Nothing is kept of private windows.
 */
export class RecentFailures {
  /** Failures, oldest first. */
  #failures: readonly SiteFailure[] = [];
  /** Set while a write is scheduled. */
  #isDue = false;
  /** Resolves when the failures from before the background slept have been read. */
  readonly #ready: Promise<void>;

  constructor() {
    this.#ready = this.#takeBack();
  }

  /**
   * Notes a failure, if the outcome is one. The caller need not wait.
   *
   * @param site null if it is not a page that may use Cardwright: nothing is kept of such a page
   * @param method as the page sent it
   */
  note(site: Site | null, method: string, outcome: Outcome): void {
    if (site === null || site.isPrivate || !isMethod(method)) return;
    const { origin } = site;
    const at = Date.now();
    const failed = failuresIn(method, outcome)
      .slice(-MOST_OF_SITE)
      .map((failure) => ({ origin, at, ...asTheTableSays(failure, method) }));
    if (failed.length === 0) return;
    this.#failures = withinBounds([...this.#failures, ...failed]);
    this.#keepSoon();
  }

  /**
   * Lists the failures, oldest first.
   *
   * @param origin of the site in question; null for all sites, without naming them
   */
  async of(origin: string | null): Promise<CommandFailure[]> {
    await this.#ready;
    return this.#failures
      .filter((failure) => origin === null || failure.origin === origin)
      .map(({ at, method, code }) => ({ at, method, code }));
  }

  async #takeBack(): Promise<void> {
    const before = await readKept();
    this.#failures = withinBounds([...before, ...this.#failures]);
  }

  #keepSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      void this.#keep();
    }, KEEP_INTERVAL);
  }

  async #keep(): Promise<void> {
    await this.#ready;
    try {
      await browser.storage.session.set({ [FAILURES_KEY]: this.#failures });
    } catch (error) {
      // The failures then survive only until the background sleeps.
      logDefect('the failures cannot be kept', error);
    }
  }
}

/**
 * Normalises what a host reports, which may be anything. An unknown command is kept as the method that the page sent, and an unknown
 * code as `INTERNAL`, as in the sdk.
 */
const asTheTableSays = (
  { method, code }: Omit<CommandFailure, 'at'>,
  asked: Method,
): { readonly method: Method; readonly code: ErrorCode } => ({
  method: isMethod(method) ? method : asked,
  code: isErrorCode(code) ? code : 'INTERNAL',
});

/**
 * Drops the oldest failure of the site with the most failures, while that site or all sites together exceed their limit. A site that
 * fails endlessly displaces its own failures first.
 */
function withinBounds(failures: readonly SiteFailure[]): readonly SiteFailure[] {
  const counts = new Map<string, number>();
  for (const { origin } of failures) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if (failures.length <= MOST && most <= MOST_OF_SITE) return failures;
  const dropped = failures.findIndex(({ origin }) => counts.get(origin) === most);
  return withinBounds(failures.filter((_, index) => index !== dropped));
}

/** Reads the failures kept before the background slept. Unreadable ones are dropped. */
async function readKept(): Promise<readonly SiteFailure[]> {
  try {
    const stored = (await browser.storage.session.get(FAILURES_KEY))[FAILURES_KEY];
    const kept = v.safeParse(keptFailures, stored);
    return kept.success ? kept.output : [];
  } catch (error) {
    logDefect('the failures cannot be read', error);
    return [];
  }
}
