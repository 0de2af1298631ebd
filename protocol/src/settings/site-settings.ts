import * as v from 'valibot';
import { GRANT_CLASSES, sortedClasses, type GrantClass } from '../grant-class.js';
import { origin as originSchema, publicJwkSet, type PublicJwkSet } from '../schema.js';
import { defineSetting, entriesOf, membersOf, originOf, type NoteUnreadable } from './setting.js';

/** The administrator's settings for sites. */

/** Entry of `blockedSites` that stands for every site that `allowedSites` does not name. */
const EVERY_SITE = '*';

/** The sites to which policy grants classes of commands. */
export interface AllowedSites {
  /**
   * Granted classes by origin; `unreadable` if the site is named, but not by its exact origin, or without any readable class. Such a
   * site is refused.
   */
  readonly sites: ReadonlyMap<string, readonly GrantClass[] | 'unreadable'>;
  /** False if the setting or one of its names cannot be read. Only the sites with granted classes are then allowed. */
  readonly isReadable: boolean;
}

const isClass = (value: unknown): value is GrantClass => GRANT_CLASSES.some((one) => one === value);

export const allowedSites = defineSetting<AllowedSites>({
  schema: {
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string', enum: GRANT_CLASSES } },
  },
  absent: { sites: new Map(), isReadable: true },
  read(value, unreadable) {
    const members = membersOf(value);
    if (members === null) {
      unreadable();
      return { sites: new Map(), isReadable: false };
    }
    const sites = new Map<string, readonly GrantClass[] | 'unreadable'>();
    let isReadable = true;
    for (const [name, classes] of members) {
      const origin = originOf(name);
      const granted = origin === name ? readClasses(name, classes, unreadable) : [];
      if (origin !== name) unreadable(name);
      // It is unknown which site this name means, so the sites without a readable entry are refused.
      if (origin === null) isReadable = false;
      // If another entry names the same site readably, the classes of that entry are kept.
      else if (granted.length > 0) sites.set(origin, granted);
      else if (!sites.has(origin)) sites.set(origin, 'unreadable');
    }
    return { sites, isReadable };
  },
  describe: ({ sites }) => Object.fromEntries(sites),
});

/** Returns the readable classes of a site. Unreadable classes are left out, so the site never gets more than the administrator intended. */
function readClasses(name: string, value: unknown, unreadable: NoteUnreadable): readonly GrantClass[] {
  const entries = entriesOf(value) ?? [];
  const classes = sortedClasses(entries.filter(isClass));
  if (entries.length === 0 || !entries.every(isClass)) unreadable(name);
  return classes;
}

/** The sites that policy refuses. */
export interface BlockedSites {
  readonly origins: ReadonlySet<string>;
  /** Set if every site that `allowedSites` does not name is blocked too. */
  readonly unlisted: boolean;
  /** False if the setting or one of its entries cannot be read. Every site that `allowedSites` does not name is then blocked. */
  readonly isReadable: boolean;
}

export const blockedSites = defineSetting<BlockedSites>({
  schema: { type: 'array', items: { type: 'string' } },
  absent: { origins: new Set(), unlisted: false, isReadable: true },
  read(value, unreadable) {
    const entries = entriesOf(value);
    if (entries === null) {
      unreadable();
      return { origins: new Set(), unlisted: false, isReadable: false };
    }
    const origins = new Set<string>();
    let isReadable = true;
    for (const [index, entry] of entries.entries()) {
      // An address blocks its whole site, although it may name only a page.
      const origin = originOf(entry);
      if (origin !== null) origins.add(origin);
      if (origin !== null || entry === EVERY_SITE) continue;
      unreadable(index);
      isReadable = false;
    }
    return { origins, unlisted: entries.includes(EVERY_SITE), isReadable };
  },
  describe: ({ origins, unlisted }) => [...origins, ...(unlisted ? [EVERY_SITE] : [])],
});

/**
 * The keys of a site's CMS in policy; `invalid` if the site's entry or the setting cannot be read, so that no other source is tried; null if
 * policy has no keys for the site.
 */
export type SiteKeys = PublicJwkSet | 'invalid' | null;

/** The CMS's keys, by site. */
export interface AllSiteKeys {
  readonly sites: ReadonlyMap<string, PublicJwkSet | 'invalid'>;
  readonly isReadable: boolean;
}

const KEY_MEMBERS = ['kty', 'crv', 'x', 'y', 'kid', 'use', 'alg'] as const;

export const siteKeys = defineSetting<AllSiteKeys>({
  schema: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        keys: {
          type: 'array',
          items: {
            type: 'object',
            properties: Object.fromEntries(KEY_MEMBERS.map((name) => [name, { type: 'string' as const }])),
          },
        },
      },
    },
  },
  absent: { sites: new Map(), isReadable: true },
  read(value, unreadable) {
    const members = membersOf(value);
    if (members === null) unreadable();
    let isReadable = members !== null;
    const sites = new Map<string, PublicJwkSet | 'invalid'>();
    for (const [name, given] of members ?? []) {
      const origin = originOf(name);
      const keys = v.safeParse(publicJwkSet, given);
      if (origin === null) isReadable = false;
      else if (origin === name && keys.success) sites.set(origin, keys.output);
      else if (!sites.has(origin)) sites.set(origin, 'invalid');
      if (origin !== name || !keys.success) unreadable(name);
    }
    return { sites, isReadable };
  },
  describe: ({ sites }) =>
    Object.fromEntries(
      [...sites].map(([origin, keys]) => [
        origin,
        keys === 'invalid' ? 'not readable' : keys.keys.map(({ kid }) => kid ?? null),
      ]),
    ),
});

/** A relying party other than the site itself. */
export interface ForeignRelyingParty {
  readonly origin: string;
  /** Path of the page that a window opens at this origin. The path is configurable, because the page at `/` may redirect to another origin. */
  readonly path: string;
}

/** Maximum number of relying parties that a host accepts for one site. */
const MAX_RELYING_PARTIES = 32;

/** Schema of one relying party. The path of the relying party must not lead to another origin. */
const foreignRelyingParty = v.pipe(
  v.object({
    origin: v.pipe(
      originSchema,
      v.check((value) => originOf(value) === value),
    ),
    path: v.optional(v.pipe(v.string(), v.regex(/^\/(?![/\\])[\x21-\x7e]*$/)), '/'),
  }),
  v.check(({ origin, path }) => URL.canParse(path, origin) && new URL(path, origin).origin === origin),
);

export const foreignRelyingParties = defineSetting<ReadonlyMap<string, readonly ForeignRelyingParty[]>>({
  schema: {
    type: 'object',
    additionalProperties: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          origin: { type: 'string' },
          path: { type: 'string' },
        },
      },
    },
  },
  absent: new Map(),
  read(value, unreadable) {
    const members = membersOf(value);
    if (members === null) unreadable();
    return new Map(
      (members ?? []).map(([name, given]) => {
        if (originOf(name) !== name || entriesOf(given) === null) unreadable(name);
        return [name, readRelyingParties(entriesOf(given) ?? [], (...path) => unreadable(name, ...path))];
      }),
    );
  },
  describe: (sites) =>
    Object.fromEntries([...sites].map(([site, parties]) => [site, parties.map(({ origin, path }) => origin + path)])),
});

/**
 * Returns the first `MAX_RELYING_PARTIES` valid relying parties in a list. Notes invalid relying parties, and relying parties beyond the
 * maximum, as unreadable, and leaves them out, so that the others still work. Notes members without a meaning too, which may be misspelt.
 */
function readRelyingParties(entries: readonly unknown[], unreadable: NoteUnreadable): ForeignRelyingParty[] {
  const parties: ForeignRelyingParty[] = [];
  for (const [index, entry] of entries.entries()) {
    const parsed = v.safeParse(foreignRelyingParty, entry);
    if (parsed.success && parties.length < MAX_RELYING_PARTIES) {
      parties.push(parsed.output);
      const unknown = membersOf(entry)?.filter(([name]) => !Object.hasOwn(parsed.output, name)) ?? [];
      for (const [name] of unknown) unreadable(index, name);
    } else {
      unreadable(index);
    }
  }
  return parties;
}
