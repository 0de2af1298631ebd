import * as v from 'valibot';
import type { ExtensionIds } from '../system/caller.js';
import type { ManifestFlavour } from './locations.js';

/** Largest number of ids for one kind of browser in a list. */
const MAX_IDS = 64;

/** An id in Chromium: 32 letters from a to p, of 128 bits (developer.chrome.com, "Manifest: key"). */
const chromiumId = v.pipe(v.string(), v.regex(/^[a-p]{32}$/));

/** An id in Firefox: a GUID in braces, or text like an e-mail address, of at most 80 characters (MDN, "browser_specific_settings"). */
const firefoxId = v.pipe(
  v.string(),
  v.maxLength(80),
  v.regex(/^(?:\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}|[a-z0-9._-]*@[a-z0-9._-]+)$/i),
);

const extensionIds = v.strictObject({
  chromium: v.optional(v.pipe(v.array(chromiumId), v.maxLength(MAX_IDS)), []),
  firefox: v.optional(v.pipe(v.array(firefoxId), v.maxLength(MAX_IDS)), []),
});

export const NO_IDS: ExtensionIds = { chromium: [], firefox: [] };

/** Reads the value of a list, `{ "chromium": [...], "firefox": [...] }`. Returns null if any part of it is malformed: no id of it counts then. */
export function parseExtensionIds(value: unknown): ExtensionIds | null {
  const parsed = v.safeParse(extensionIds, value);
  return parsed.success ? parsed.output : null;
}

/** Joins lists, each id once, in the order of the lists. */
export const joinIds = (lists: readonly ExtensionIds[]): ExtensionIds => ({
  chromium: [...new Set(lists.flatMap(({ chromium }) => chromium))],
  firefox: [...new Set(lists.flatMap(({ firefox }) => firefox))],
});

/** Returns the entry by which a manifest admits an extension: its origin for Chromium (developer.chrome.com), its id for Firefox (MDN). */
export const admissionOf = (flavour: ManifestFlavour, id: string): string =>
  flavour === 'chromium' ? `chrome-extension://${id}/` : id;
