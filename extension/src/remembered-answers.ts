import * as v from 'valibot';
import { browser } from './browser.js';
import { sortedClasses } from '@cardwright/protocol/settings';
import { grantClasses } from './grant-class.js';

/** The site of a page, as the browser reports it. */
export interface Site {
  readonly origin: string;
  /** Set if the page is in a private window. */
  readonly isPrivate: boolean;
}

const answer = v.object({ granted: grantClasses, denied: grantClasses });

/** The user's answers about a site. A class is in one of the lists, or in neither if the user has not answered about it. */
export type Answer = v.InferOutput<typeof answer>;

/** Prefix of the storage keys for all facts about private windows. */
export const PRIVATE = 'private-';
const PREFIX = 'site:';
const NOT_ASKED: Answer = { granted: [], denied: [] };

/**
 * Returns the user's answers about a site; empty lists if the user has not answered. Answers in private windows are kept in memory only,
 * until the last private window is closed. Answers in private windows do not count in ordinary windows, and answers in ordinary windows do
 * not count in private windows.
 */
export async function recall(site: Site): Promise<Answer> {
  const key = keyOf(site);
  const parsed = v.safeParse(answer, (await areaOf(site).get(key))[key]);
  return parsed.success ? parsed.output : NOT_ASKED;
}

/** Adds an answer to the user's earlier answers about a site. A newer decision on a class replaces the older decision. */
export async function remember(site: Site, said: Answer): Promise<void> {
  const before = await recall(site);
  const granted = sortedClasses(
    before.granted.filter((one) => !said.denied.includes(one)),
    said.granted,
  );
  const denied = sortedClasses(
    before.denied.filter((one) => !said.granted.includes(one)),
    said.denied,
  );
  await areaOf(site).set({ [keyOf(site)]: { granted, denied } });
}

/** Forgets the user's answers about a site, in ordinary and in private windows. */
export async function forget(origin: string): Promise<void> {
  await browser.storage.local.remove(PREFIX + origin);
  await browser.storage.session.remove(PRIVATE + PREFIX + origin);
}

/** Forgets which classes the user refused to a site, and keeps the granted classes. */
export async function forgetDenials(origin: string): Promise<void> {
  for (const isPrivate of [false, true]) {
    const site = { origin, isPrivate };
    const { granted, denied } = await recall(site);
    if (denied.length === 0) continue;
    if (granted.length > 0) await areaOf(site).set({ [keyOf(site)]: { granted, denied: [] } });
    else await areaOf(site).remove(keyOf(site));
  }
}

/** Returns the user's answers about all sites, sorted by origin. Answers in private windows are left out. */
export async function listRemembered(): Promise<[origin: string, answer: Answer][]> {
  const stored = await browser.storage.local.get();
  return Object.entries(stored)
    .filter(([key]) => key.startsWith(PREFIX))
    .flatMap(([key, value]): [string, Answer][] => {
      const parsed = v.safeParse(answer, value);
      return parsed.success ? [[key.slice(PREFIX.length), parsed.output]] : [];
    })
    .sort(([a], [b]) => a.localeCompare(b));
}

/**
 * Forgets the answers and refusals in private windows, if no private window is open any more. Must be called whenever a window was
 * closed.
 */
export async function forgetPrivateAnswers(): Promise<void> {
  const windows = await browser.windows.getAll();
  if (windows.some(({ incognito }) => incognito)) return;
  const keys = Object.keys(await browser.storage.session.get()).filter((key) => key.startsWith(PRIVATE));
  if (keys.length > 0) await browser.storage.session.remove(keys);
}

const areaOf = ({ isPrivate }: Site) => (isPrivate ? browser.storage.session : browser.storage.local);
const keyOf = ({ origin, isPrivate }: Site): string => (isPrivate ? PRIVATE : '') + PREFIX + origin;
