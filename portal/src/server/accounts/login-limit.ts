import { RateLimited } from '@cardwright/cms';
import type { Database } from '../store/database.js';
import { addressGroup } from './address-group.js';
import { count, deleteExpired, forget, takeBack } from './attempt-counts.js';
import { recordFailedLogin } from './failed-logins.js';
import { Turns } from './turns.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** Whose password is tried, and from where. */
export interface PasswordTry {
  /** The name of an account, whether or not there is one. */
  readonly name: string;
  /** As the socket or a trusted proxy names it. */
  readonly address: string;
  /** Names a browser in which this very person logged in before; null for all others, which share one queue. */
  readonly knownBrowser: string | null;
}

/** So many tries in a window of time under one key. */
interface Limit {
  readonly key: string;
  readonly tries: number;
  /** In milliseconds. */
  readonly window: number;
  /** True where a right try ends the window; else it takes only itself back. */
  readonly endsWhenRight?: true;
}

/** A browser that nobody is known for: what strangers do counts here, and a flood of theirs uses these up. */
const limitsOfNewBrowsers = (name: string, address: string): Limit[] => [
  // The narrowest first: what is refused here does not count against the whole account.
  { key: `${address} ${name}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: address, tries: 50, window: MINUTE },
  { key: `name ${name}`, tries: 20, window: 15 * MINUTE },
];

/** A browser that is known for the person: no stranger can use these up. */
const limitsOfKnownBrowsers = (name: string, browser: string): Limit[] => [
  { key: `browser ${browser}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: `browser ${browser} hour`, tries: 20, window: HOUR, endsWhenRight: true },
  // Who has this password can have a thousand browsers known.
  { key: `known ${name}`, tries: 60, window: HOUR },
];

/** Every login page that is opened begins a login with a passkey, and a whole office has one address. */
const limitsOfBeginnings = (sender: string): Limit[] => [{ key: `${sender} begins`, tries: 300, window: MINUTE }];

/** No passkey can be guessed: what counts is work for nothing. */
const limitsOfPasskeys = (credential: string, sender: string): Limit[] => [
  { key: `${sender} passkey ${credential}`, tries: 5, window: MINUTE, endsWhenRight: true },
  { key: `${sender} passkeys`, tries: 50, window: MINUTE },
];

const turnsOfNewBrowsers = new Turns();
const turnsOfKnownBrowsers = new Turns();

/**
 * Has a password checked when it is its turn, and if there are tries left. A try counts before it is checked, so that many at once cannot
 * slip through. One that was right, or was not checked, no longer counts afterwards. A flood of tries costs the database nothing: it is
 * asked only by those whose turn it is.
 *
 * @param check returns undefined when it is wrong
 * @throws RateLimited (`RATE_LIMITED`)
 *
 * @example
 * await limitPasswordTries(db, { name, address: request.ip, knownBrowser: null }, () => findByPassword(db, name, password));
 */
export function limitPasswordTries<T>(
  db: Database,
  attempt: PasswordTry,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { name, address, knownBrowser } = attempt;
  const sender = addressGroup(address);
  const work = (limits: Limit[]) =>
    limitTries(db, limits, check, () => recordFailedLogin(db, { name, address, isLimited: true }));
  return knownBrowser === null
    ? turnsOfNewBrowsers.take(sender, () => work(limitsOfNewBrowsers(name, sender)))
    : turnsOfKnownBrowsers.take(name, () => work(limitsOfKnownBrowsers(name, knownBrowser)));
}

/** Who tries a passkey. */
export interface PasskeySender {
  readonly address: string;
  /** Names a browser in which anyone logged in before. */
  readonly knownBrowser: string | null;
}

/**
 * Counts the beginning of a login with a passkey.
 *
 * @throws RateLimited (`RATE_LIMITED`) where there were too many from this network or known browser
 */
export async function limitBeginnings(db: Database, sender: PasskeySender): Promise<void> {
  await deleteExpired(db);
  await countAll(db, limitsOfBeginnings(keyOf(sender)));
}

/**
 * Has a passkey checked, as `limitPasswordTries` does, but without a queue: it costs far less than a password.
 *
 * @param credential what its tries are counted under
 * @throws RateLimited (`RATE_LIMITED`)
 */
export const limitPasskeyTries = <T>(
  db: Database,
  sender: PasskeySender,
  credential: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> =>
  limitTries(db, limitsOfPasskeys(credential, keyOf(sender)), check, () =>
    recordFailedLogin(db, { name: null, address: sender.address, isLimited: true }),
  );

const keyOf = ({ address, knownBrowser }: PasskeySender): string =>
  knownBrowser === null ? addressGroup(address) : `browser ${knownBrowser}`;

async function limitTries<T>(
  db: Database,
  limits: readonly Limit[],
  check: () => Promise<T | undefined>,
  onFirstRefusal: () => Promise<void>,
): Promise<T | undefined> {
  await deleteExpired(db);
  await countAll(db, limits, onFirstRefusal);
  const keys = limits.map(({ key }) => key);
  try {
    const found = await check();
    if (found !== undefined) {
      await takeBack(db, keys);
      for (const { key, endsWhenRight } of limits) if (endsWhenRight) await forget(db, key);
    }
    return found;
  } catch (error) {
    await takeBack(db, keys);
    throw error;
  }
}

/** Counts a try under each limit, until one refuses it. */
async function countAll(db: Database, limits: readonly Limit[], onFirstRefusal?: () => Promise<void>): Promise<void> {
  for (const { key, tries, window } of limits) {
    const { attempts, windowEndsAt } = await count(db, key, window);
    if (attempts <= tries) continue;
    if (attempts === tries + 1) await onFirstRefusal?.();
    throw new RateLimited(windowEndsAt.getTime() - Date.now());
  }
}
