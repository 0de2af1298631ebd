import * as v from 'valibot';
import { browser } from './browser.js';
import { grantClasses, sortedClasses } from './grant-class.js';

/** A page's site, as the browser reports it. */
export interface Site {
  readonly origin: string;
  /** Set if the page is in a private window. */
  readonly isPrivate: boolean;
}

const answer = v.object({ granted: grantClasses, denied: grantClasses });

/** The user's answers about a site, by class. A class is in one list or in none. */
export type Answer = v.InferOutput<typeof answer>;

/** Prefix of the keys of everything that is remembered of a private window. */
export const PRIVATE = 'private-';
const PREFIX = 'site:';
const NOT_ASKED: Answer = { granted: [], denied: [] };

/**
 * Returns the user's answers. Those of private windows are kept in memory only, until the last private window is closed. Answers of
 * private and of ordinary windows never count for each other.
 */
export async function recall(site: Site): Promise<Answer> {
  const key = keyOf(site);
  const parsed = v.safeParse(answer, (await areaOf(site).get(key))[key]);
  return parsed.success ? parsed.output : NOT_ASKED;
}

/** Adds to the answer. A newer decision on a class replaces the older one. */
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

/** Forgets a site's answers, so that the site may ask again. */
export async function forget(origin: string): Promise<void> {
  await browser.storage.local.remove(PREFIX + origin);
  await browser.storage.session.remove(PRIVATE + PREFIX + origin);
}

/** Forgets the classes refused to a site, and keeps the granted ones. */
export async function forgetDenials(origin: string): Promise<void> {
  for (const isPrivate of [false, true]) {
    const site = { origin, isPrivate };
    const { granted, denied } = await recall(site);
    if (denied.length === 0) continue;
    if (granted.length > 0) await areaOf(site).set({ [keyOf(site)]: { granted, denied: [] } });
    else await areaOf(site).remove(keyOf(site));
  }
}

/** Lists everything that is remembered outside private windows. */
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

/** Call when a window was closed. With the last private window, the answers of private windows go. */
export async function forgetPrivateAnswers(): Promise<void> {
  const windows = await browser.windows.getAll();
  if (windows.some(({ incognito }) => incognito)) return;
  const keys = Object.keys(await browser.storage.session.get()).filter((key) => key.startsWith(PRIVATE));
  if (keys.length > 0) await browser.storage.session.remove(keys);
}

const areaOf = ({ isPrivate }: Site) => (isPrivate ? browser.storage.session : browser.storage.local);
const keyOf = ({ origin, isPrivate }: Site): string => (isPrivate ? PRIVATE : '') + PREFIX + origin;
