import { isErrorCode, isMethod, type ErrorCode, type Method } from '@cardwright/protocol';
import { origin as originSchema } from '@cardwright/protocol/schemas';
import { commandFailure, failuresIn, type CommandFailure } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser } from '../browser.js';
import { FAILURES_KEY } from '../recorded-keys.js';
import type { Site } from '../remembered-answers.js';
import { logDefect } from './log.js';
import type { Outcome } from './outcome.js';

/** Maximum number of failures that are kept, of all sites together. */
const MOST = 100;
/** Maximum number of failures that are kept of one site. */
const MOST_OF_SITE = 50;
/**
 * Milliseconds from a failure until it is written to the session storage. The wait is short, because a browser may end the background after
 * 30 s without an event.
 */
const KEEP_INTERVAL = 1_000;

const siteFailure = v.strictObject({ origin: originSchema, ...commandFailure.entries });
type SiteFailure = v.InferOutput<typeof siteFailure>;

/** Schema of the stored failures. The schema accepts no more than the background may have written. */
const keptFailures = v.pipe(v.array(siteFailure), v.maxLength(MOST));

/**
 * The last failed commands, for a help desk: time, site, method, and error code. The failures are kept in memory until the browser ends,
 * also while the background sleeps. Failures in private windows are not kept.
 */
export class RecentFailures {
  /** Failures, oldest first. */
  #failures: readonly SiteFailure[] = [];
  /** Set while a write is scheduled. */
  #isDue = false;
  /** Resolves when the failures that were stored before the background slept have been read. */
  readonly #ready: Promise<void>;

  constructor() {
    this.#ready = this.#takeBack();
  }

  /**
   * Notes the failures that an outcome contains: the failure of the command itself, or the failures of the commands in its step.
   *
   * @param site site of the page; null if the page may not use Cardwright. The failures of such a page are not kept.
   * @param method the request's method, as the page sent it. The failures of an unknown method are not kept.
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
   * @param origin the site whose failures are listed; null for the failures of all sites. The list does not name the sites.
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
      // Failures that cannot be stored last only until the background sleeps.
      logDefect('the failures cannot be kept', error);
    }
  }
}

/**
 * Returns a failure with a known method and code, because a host may report anything. An unknown method becomes the method that the page
 * asked for, and an unknown code becomes `INTERNAL`, as in the sdk.
 */
const asTheTableSays = (
  { method, code }: Omit<CommandFailure, 'at'>,
  asked: Method,
): { readonly method: Method; readonly code: ErrorCode } => ({
  method: isMethod(method) ? method : asked,
  code: isErrorCode(code) ? code : 'INTERNAL',
});

/**
 * Returns the failures that may be kept. Drops the oldest failures of the site that has the most, until this site and all sites together
 * are within their limits. A site that fails endlessly thus displaces its own failures first.
 */
function withinBounds(failures: readonly SiteFailure[]): readonly SiteFailure[] {
  const counts = new Map<string, number>();
  for (const { origin } of failures) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if (failures.length <= MOST && most <= MOST_OF_SITE) return failures;
  const dropped = failures.findIndex(({ origin }) => counts.get(origin) === most);
  return withinBounds(failures.filter((_, index) => index !== dropped));
}

/** Reads the failures that were stored before the background slept. If the stored failures are unreadable, returns an empty list. */
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
