import { RateLimited } from '@cardwright/cms/operations';
import type { Database } from '../store/database.js';
import { addressGroup } from './address-group.js';
import { count, deleteExpired, forget, takeBack } from './attempt-counts.js';
import { recordFailedLogin } from './failed-logins.js';
import { Places } from './places.js';
import { Turns } from './turns.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** The account and the sender of a tried password. */
export interface PasswordTry {
  /** Name of an account, which need not exist. */
  readonly name: string;
  /** Address of the sender, as the socket or a trusted proxy reports it. */
  readonly address: string;
  /**
   * Id of a browser in which this person has logged in before, or a text that stands for all sessions of the person. Null for any other browser.
   * Tries with null wait in a separate queue.
   */
  readonly knownBrowser: string | null;
}

/** The number of tries allowed under one key in a time window. */
interface Limit {
  readonly key: string;
  readonly tries: number;
  /** Length of the time window in milliseconds. */
  readonly window: number;
  /** Set if a correct try resets the count. If not set, a correct try subtracts only itself from the count. */
  readonly endsWhenRight?: true;
}

/**
 * Limits for a browser in which the person has not logged in before. Tries of strangers are counted here, so a flood of tries can use these
 * limits up.
 */
const limitsOfNewBrowsers = (name: string, address: string): Limit[] => [
  // The narrowest limit comes first: a try that this limit refuses does not count against the whole account.
  { key: `${address} ${name}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: address, tries: 50, window: MINUTE },
  { key: `name ${name}`, tries: 20, window: 15 * MINUTE },
];

/**
 * Limits for a browser in which the person has logged in before. Tries from other browsers do not count here, except in the limit that all known
 * browsers of the person share.
 */
const limitsOfKnownBrowsers = (name: string, browser: string): Limit[] => [
  { key: `browser ${browser}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: `browser ${browser} hour`, tries: 20, window: HOUR, endsWhenRight: true },
  // Someone who knows the password can make any number of browsers known, so all known browsers of a person also share a limit.
  { key: `known ${name}`, tries: 60, window: HOUR },
];

/**
 * Limits for the entry of a directory that was found by a name. A directory finds an entry by several names: by each value of an attribute, and by
 * spellings that it takes for the same.
 */
const limitsOfEntry = (entry: string, isKnown: boolean): Limit[] => [
  isKnown
    ? { key: `known entry ${entry}`, tries: 60, window: HOUR }
    : { key: `entry ${entry}`, tries: 20, window: 15 * MINUTE },
];

/**
 * Limits for beginning a login with a passkey. Every opened login page begins such a login, and a whole office may share one address, so the
 * limit is high.
 */
const limitsOfBeginnings = (sender: string): Limit[] => [{ key: `${sender} begins`, tries: 300, window: MINUTE }];

/** Limits for checking passkeys. A passkey cannot be guessed. The limits only bound the work that wrong tries cause. */
const limitsOfPasskeys = (credential: string, sender: string): Limit[] => [
  { key: `${sender} passkey ${credential}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: `${sender} passkeys`, tries: 50, window: MINUTE },
];

const turnsOfNewBrowsers = new Turns();
const turnsOfKnownBrowsers = new Turns();
const placesOfNewBrowsers = new Places();
const placesOfKnownBrowsers = new Places();

/**
 * Does work of a person whose identity is proved, such as hashing a new password, in turn with the tries of known browsers.
 *
 * @param name name of the person's account
 * @throws RateLimited (`RATE_LIMITED`) if the queue is full; any error of `work`
 */
export const inTurn = <T>(name: string, work: () => Promise<T>): Promise<T> => turnsOfKnownBrowsers.take(name, work);

/** Counts a try under the entry of a directory too. Throws RateLimited (`RATE_LIMITED`) if no tries are left for the entry. */
export type CountEntry = (entry: string) => Promise<void>;

/** How a password is checked. Each part returns undefined if the password is wrong. */
export interface PasswordChecks<T> {
  /** The part that keeps a processor busy. It waits for its turn. */
  readonly here?: (() => Promise<T | undefined>) | undefined;
  /**
   * The part that waits for a server, if the password is not right here. It needs no turn, so that a server that hangs holds nobody up who is checked
   * here. So many such parts run at once (`Places`); the part itself ends after some seconds.
   */
  readonly elsewhere?: ((countEntry: CountEntry) => Promise<T | undefined>) | undefined;
}

/**
 * Checks a password, if tries are left. A try counts before it is checked, so that concurrent tries cannot slip through. The try no longer counts if the
 * password was correct, or if the check failed with an error. A failure elsewhere forgives no password that was wrong here: otherwise, passwords of
 * local accounts could be guessed without a limit while a directory is away. A try reaches the database only when its turn comes, so tries that the
 * queue refuses cost the database nothing.
 *
 * @throws RateLimited (`RATE_LIMITED`) if no tries are left, or too many wait; any error of `checks`
 *
 * @example
 * const here = () => findByPassword(db, passwords, name, password);
 * await limitPasswordTries(db, { name, address: request.ip, knownBrowser: null }, { here });
 */
export async function limitPasswordTries<T>(
  db: Database,
  { name, address, knownBrowser }: PasswordTry,
  { here, elsewhere }: PasswordChecks<T>,
): Promise<T | undefined> {
  const sender = addressGroup(address);
  const isKnown = knownBrowser !== null;
  const tried = new CountedTry(db, () => recordFailedLogin(db, { name, isLimited: true }));
  const limits = isKnown ? limitsOfKnownBrowsers(name, knownBrowser) : limitsOfNewBrowsers(name, sender);
  const inOrder = isKnown ? name : sender;
  if (here) {
    const turns = isKnown ? turnsOfKnownBrowsers : turnsOfNewBrowsers;
    const found = await turns.take(inOrder, () => tried.begin(limits).then(() => tried.end(here)));
    if (found !== undefined) return found;
    tried.isWrong = true;
  } else await tried.begin(limits);
  if (!elsewhere) return undefined;
  const places = isKnown ? placesOfKnownBrowsers : placesOfNewBrowsers;
  const countEntry: CountEntry = (entry) => tried.count(limitsOfEntry(entry, isKnown));
  return tried.end(() => places.take(inOrder, () => elsewhere(countEntry)));
}

export interface PasskeySender {
  readonly address: string;
  /** Id of the browser, if someone has logged in with it before; null if nobody has. */
  readonly knownBrowser: string | null;
}

/**
 * Counts the beginning of a login with a passkey.
 *
 * @throws RateLimited (`RATE_LIMITED`) if too many logins were begun in a minute by this known browser, or by all unknown browsers of this
 *   network together
 */
export async function limitBeginnings(db: Database, sender: PasskeySender): Promise<void> {
  await deleteExpired(db);
  await countAll(db, limitsOfBeginnings(keyOf(sender)));
}

/**
 * Checks a passkey as `limitPasswordTries` checks a password, but without a queue, because checking a passkey costs far less.
 *
 * @param credential key under which the tries of this passkey are counted
 * @param check returns undefined if the passkey is refused
 * @throws RateLimited (`RATE_LIMITED`) if no tries are left; any error of `check`
 */
export const limitPasskeyTries = <T>(
  db: Database,
  sender: PasskeySender,
  credential: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> =>
  limitTries(db, limitsOfPasskeys(credential, keyOf(sender)), check, () =>
    recordFailedLogin(db, { name: null, isLimited: true }),
  );

/**
 * Checks what a browser has brought back from a provider, as `limitPasskeyTries` checks a passkey. It cannot be guessed either.
 *
 * @param browser key under which the tries of this browser are counted
 * @param provider name of the provider, for the audit log
 * @param check returns undefined if nothing is proved
 * @throws RateLimited (`RATE_LIMITED`) if no tries are left; any error of `check`
 */
export const limitProviderTries = <T>(
  db: Database,
  sender: PasskeySender,
  browser: string,
  provider: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> =>
  limitTries(db, limitsOfPasskeys(`of ${provider} ${browser}`, keyOf(sender)), check, () =>
    recordFailedLogin(db, { name: null, isLimited: true, provider }),
  );

const keyOf = ({ address, knownBrowser }: PasskeySender): string =>
  knownBrowser === null ? addressGroup(address) : `browser ${knownBrowser}`;

async function limitTries<T>(
  db: Database,
  limits: readonly Limit[],
  check: () => Promise<T | undefined>,
  onFirstRefusal: () => Promise<void>,
): Promise<T | undefined> {
  const tried = new CountedTry(db, onFirstRefusal);
  await tried.begin(limits);
  return tried.end(check);
}

/** A try, with the limits under which it was counted. */
class CountedTry {
  /** Set if the try was wrong already, so that it counts whatever becomes of the rest. */
  isWrong = false;
  readonly #limits: Limit[] = [];

  constructor(
    private readonly db: Database,
    private readonly onFirstRefusal: () => Promise<void>,
  ) {}

  /** @throws RateLimited (`RATE_LIMITED`) */
  async begin(limits: readonly Limit[]): Promise<void> {
    await deleteExpired(this.db);
    await this.count(limits);
  }

  /** @throws RateLimited (`RATE_LIMITED`) */
  async count(limits: readonly Limit[]): Promise<void> {
    await countAll(this.db, limits, this.onFirstRefusal);
    this.#limits.push(...limits);
  }

  /** Makes the check. The try stops counting if it was right, or if it failed before it was known to be wrong. */
  async end<T>(check: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      const found = await check();
      if (found !== undefined) {
        await this.#takeBack();
        for (const { key, endsWhenRight } of this.#limits) if (endsWhenRight) await forget(this.db, key);
      }
      return found;
    } catch (error) {
      if (!this.isWrong) await this.#takeBack();
      throw error;
    }
  }

  #takeBack = (): Promise<void> =>
    takeBack(
      this.db,
      this.#limits.map(({ key }) => key),
    );
}

/**
 * Counts a try under one limit after another. Stops at the first limit that is exceeded.
 *
 * @throws RateLimited (`RATE_LIMITED`)
 */
async function countAll(db: Database, limits: readonly Limit[], onFirstRefusal?: () => Promise<void>): Promise<void> {
  for (const { key, tries, window } of limits) {
    const { attempts, windowEndsAt } = await count(db, key, window);
    if (attempts <= tries) continue;
    if (attempts === tries + 1) await onFirstRefusal?.();
    throw new RateLimited(windowEndsAt.getTime() - Date.now());
  }
}
