import * as v from 'valibot';
import { browser } from '../browser.js';
import { PRIVATE, type Site } from './remembered-answers.js';

/** Milliseconds for which a site whose question was refused or closed may not ask, unless its user lets it. */
export const REFUSAL_WAIT_MS = 60_000;

const refusal = v.object({
  /** Milliseconds since 1970. */
  at: v.number(),
  /** The tab that asked last. */
  tabId: v.number(),
});
type Refusal = v.InferOutput<typeof refusal>;

const PREFIX = 'refused:';

/**
 * When, and in which tab, the user last refused a site's question. Kept until the browser ends, so that a background that
 * is started again still knows; those of private windows go with the last of them.
 */
export async function noteRefusal(site: Site, tabId: number): Promise<void> {
  await write(site, { at: Date.now(), tabId });
}

/** A site that was refused before is refused in this tab, too: its user finds it in the menu there. */
export async function noteTab(site: Site, tabId: number): Promise<void> {
  const known = await read(site);
  // Not at every request, because every session is notified of each write.
  if (known?.tabId !== tabId) await write(site, { at: known?.at ?? 0, tabId });
}

/** Whether the site was refused so recently that it may not ask. */
export async function isWaiting(site: Site): Promise<boolean> {
  const known = await read(site);
  const ago = Date.now() - (known?.at ?? 0);
  // A clock that was set back must not make it wait for longer.
  return ago >= 0 && ago < REFUSAL_WAIT_MS;
}

export async function forgetRefusal(origin: string): Promise<void> {
  await browser.storage.session.remove([false, true].map((isPrivate) => keyOf({ origin, isPrivate })));
}

/** The sites whose refusal was noted in a tab, the latest first. */
export async function listRefusedIn(tabId: number): Promise<Site[]> {
  return Object.entries(await browser.storage.session.get())
    .flatMap(([key, value]): [Site, Refusal][] => {
      const [, isPrivate, origin] = KEY.exec(key) ?? [];
      const parsed = v.safeParse(refusal, value);
      return origin !== undefined && parsed.success && parsed.output.tabId === tabId
        ? [[{ origin, isPrivate: isPrivate === PRIVATE }, parsed.output]]
        : [];
    })
    .sort(([, a], [, b]) => b.at - a.at)
    .map(([site]) => site);
}

const KEY = new RegExp(`^(${PRIVATE})?${PREFIX}(.+)$`);
const keyOf = ({ origin, isPrivate }: Site): string => `${isPrivate ? PRIVATE : ''}${PREFIX}${origin}`;

async function read(site: Site): Promise<Refusal | undefined> {
  const key = keyOf(site);
  const parsed = v.safeParse(refusal, (await browser.storage.session.get(key))[key]);
  return parsed.success ? parsed.output : undefined;
}

const write = (site: Site, value: Refusal): Promise<void> => browser.storage.session.set({ [keyOf(site)]: value });
