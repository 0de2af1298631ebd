import * as v from 'valibot';
import { browser } from '../browser.js';
import { PRIVATE, type Site } from '../remembered-answers.js';

/**
 * Milliseconds for which a site may not ask again after the user refused its question or left it unanswered. In the extension's menu, the
 * user can let the site ask earlier.
 */
export const REFUSAL_WAIT_MS = 60_000;

const refusal = v.object({
  /** Time of the refusal, in milliseconds since 1970; 0 if only the tab was noted. */
  at: v.number(),
  /** Id of the tab in which the site asked last. */
  tabId: v.number(),
});
type Refusal = v.InferOutput<typeof refusal>;

const PREFIX = 'refused:';

/**
 * Notes when and in which tab the user last refused a site's question, or left it unanswered. The note is kept until the browser ends,
 * so that it survives a restart of the background. Notes of private windows are deleted when the last private window is closed.
 */
export async function noteRefusal(site: Site, tabId: number): Promise<void> {
  await write(site, { at: Date.now(), tabId });
}

/** Notes the tab of a site that policy blocks, or that the user refused before, so that the extension's menu shows the site in this tab. */
export async function noteTab(site: Site, tabId: number): Promise<void> {
  const known = await read(site);
  // A note that already names this tab is not written again, because every session is notified of each write.
  if (known?.tabId !== tabId) await write(site, { at: known?.at ?? 0, tabId });
}

/** True if the site was refused so recently that it may not ask again yet. */
export async function isWaiting(site: Site): Promise<boolean> {
  const known = await read(site);
  const ago = Date.now() - (known?.at ?? 0);
  // If the clock was set back, the wait must not become longer.
  return ago >= 0 && ago < REFUSAL_WAIT_MS;
}

export async function forgetRefusal(origin: string): Promise<void> {
  await browser.storage.session.remove([false, true].map((isPrivate) => keyOf({ origin, isPrivate })));
}

/** Lists the sites whose refusal was noted in a tab, latest first. */
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
