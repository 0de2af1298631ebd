import {
  commandFailure,
  failuresIn,
  isErrorCode,
  isMethod,
  origin as originSchema,
  type CommandFailure,
  type ErrorCode,
  type Method,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { browser } from '../browser.js';
import { FAILURES_KEY } from '../recorded-keys.js';
import { logDefect } from './log.js';
import type { Outcome } from './outcome.js';
import type { Site } from './remembered-answers.js';

/** Failures that are kept, of all sites. */
const MOST = 100;
/** Those of one site. */
const MOST_OF_SITE = 50;
/** Milliseconds; a browser lets the background sleep after 30 s. */
const KEEP_INTERVAL = 1_000;

const siteFailure = v.strictObject({ origin: originSchema, ...commandFailure.entries });
type SiteFailure = v.InferOutput<typeof siteFailure>;

/** What a browser kept is no more than this background may have written. */
const keptFailures = v.pipe(v.array(siteFailure), v.maxLength(MOST));

/**
 * The commands that failed last, for a help desk: when, at which site, which method of the table, and the code of the catalogue. Kept
 * in memory until the browser ends, also while it lets the background sleep. Of private windows nothing is kept.
 */
export class RecentFailures {
  /** The oldest first. */
  #failures: readonly SiteFailure[] = [];
  /** Whether they are about to be written. */
  #isDue = false;
  /** Resolves when those are known again that were kept before the background slept. */
  readonly #ready: Promise<void>;

  constructor() {
    this.#ready = this.#takeBack();
  }

  /**
   * Notes what failed, if anything did. Nobody waits for it.
   *
   * @param site null where that is not a page that may use Cardwright; of such a page nothing is kept
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
   * What failed, the oldest first.
   *
   * @param origin of the site that is asked about; null: all of them, without saying at which site
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
      // Only a background that sleeps has lost them then.
      logDefect('the failures cannot be kept', error);
    }
  }
}

/**
 * What a host calls a command or an error may be anything. A command that the table does not know is kept as the step it was in, and
 * a code that the catalogue does not know as `INTERNAL`, as the sdk reads it.
 */
const asTheTableSays = (
  { method, code }: Omit<CommandFailure, 'at'>,
  asked: Method,
): { readonly method: Method; readonly code: ErrorCode } => ({
  method: isMethod(method) ? method : asked,
  code: isErrorCode(code) ? code : 'INTERNAL',
});

/** Drops the oldest of the site that has most, while it or all of them have too many: a site that fails without end washes out its own. */
function withinBounds(failures: readonly SiteFailure[]): readonly SiteFailure[] {
  const counts = new Map<string, number>();
  for (const { origin } of failures) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if (failures.length <= MOST && most <= MOST_OF_SITE) return failures;
  const dropped = failures.findIndex(({ origin }) => counts.get(origin) === most);
  return withinBounds(failures.filter((_, index) => index !== dropped));
}

/** What was kept before the browser put the background to sleep; what cannot be read is forgotten. */
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
