import {
  origin as originSchema,
  publicJwkSet,
  readHelpDesk,
  type HelpDesk,
  type PublicJwkSet,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { browser } from '../browser.js';
import { grantClasses, type GrantClass } from '../grant-class.js';

/** In `blockedSites`: every site that `allowedSites` does not name. */
const EVERY_SITE = '*';

/** What the administrator says of one site. */
export interface SitePolicy {
  readonly verdict: 'granted' | 'blocked' | 'silent';
  /** Of a granted site; the user is then not asked for more. */
  readonly classes: readonly GrantClass[];
  /** The CMS's keys; `invalid` when they are configured but cannot be read, so that no other source is tried. */
  readonly keys: PublicJwkSet | 'invalid' | null;
  /** For whom, besides itself, the site may have passkeys registered. Nobody but the administrator can add one. */
  readonly relyingParties: readonly ForeignRelyingParty[];
}

/** A relying party that is not the site itself. */
export interface ForeignRelyingParty {
  readonly origin: string;
  /** Where a window opens at that origin: real pages redirect, so it is configuration. */
  readonly path: string;
}

/** As many as a host is told of. */
const MAX_RELYING_PARTIES = 32;

/** One entry of `foreignRelyingParties`; the path leads nowhere else. */
const foreignRelyingParty = v.pipe(
  v.object({
    origin: v.pipe(
      originSchema,
      v.check((value) => URL.canParse(value) && new URL(value).origin === value && !value.includes('*')),
    ),
    path: v.optional(v.pipe(v.string(), v.regex(/^\/(?![/\\])[\x21-\x7e]*$/)), '/'),
  }),
  v.check(({ origin, path }) => URL.canParse(path, origin) && new URL(path, origin).origin === origin),
);

/** `storage.managed`, as policy-schema.json describes it. Anything of another shape is ignored. */
const managedStorage = v.object({
  allowedSites: v.fallback(v.record(v.string(), v.unknown()), {}),
  blockedSites: v.fallback(v.array(v.unknown()), []),
  siteKeys: v.fallback(v.record(v.string(), v.unknown()), {}),
  foreignRelyingParties: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** Reads the administrator's policy for one origin. It can change at any time, so it is read at every decision. */
export async function policyFor(origin: string): Promise<SitePolicy> {
  const policy = v.parse(managedStorage, await readManaged());
  const { allowedSites, blockedSites, siteKeys, foreignRelyingParties } = policy;
  const facts = {
    keys: readKeys(memberOf(siteKeys, origin)),
    relyingParties: readRelyingParties(memberOf(foreignRelyingParties, origin)),
  };
  if (blockedSites.includes(origin)) return { verdict: 'blocked', classes: [], ...facts };
  const classes = v.safeParse(grantClasses, memberOf(allowedSites, origin));
  if (classes.success && classes.output.length > 0) return { verdict: 'granted', classes: classes.output, ...facts };
  return { verdict: blockedSites.includes(EVERY_SITE) ? 'blocked' : 'silent', classes: [], ...facts };
}

/** The sites that policy grants, with their classes. */
export async function sitesOfPolicy(): Promise<[origin: string, classes: readonly GrantClass[]][]> {
  const { allowedSites } = v.parse(managedStorage, await readManaged());
  const decided = await Promise.all(
    Object.keys(allowedSites).map(async (origin) => [origin, await policyFor(origin)] as const),
  );
  return decided.filter(([, { verdict }]) => verdict === 'granted').map(([origin, { classes }]) => [origin, classes]);
}

/** Whom the administrator tells users to ask. */
export const helpDeskOfPolicy = async (): Promise<HelpDesk> => readHelpDesk((await readManaged()).support);

/** All that policy says, for a support file: of keys only their ids. Null where there is none. */
export async function describePolicy(): Promise<Record<string, unknown> | null> {
  const managed = await readManaged();
  if (Object.keys(managed).length === 0) return null;
  const { allowedSites, blockedSites, siteKeys, foreignRelyingParties } = v.parse(managedStorage, managed);
  const keyIds = Object.fromEntries(
    Object.entries(siteKeys).map(([origin, value]) => {
      const keys = readKeys(value);
      return [origin, keys === 'invalid' || keys === null ? 'not readable' : keys.keys.map(({ kid }) => kid ?? null)];
    }),
  );
  const relyingParties = Object.fromEntries(
    Object.entries(foreignRelyingParties).map(([origin, value]) => [
      origin,
      readRelyingParties(value).map((one) => one.origin + one.path),
    ]),
  );
  return { allowedSites, blockedSites, siteKeys: keyIds, foreignRelyingParties: relyingParties };
}

async function readManaged(): Promise<Record<string, unknown>> {
  try {
    return await browser.storage.managed.get();
  } catch (error) {
    // Firefox rejects where no policy is configured; Chromium answers with nothing.
    if (error instanceof Error && /manifest not found/i.test(error.message)) return {};
    throw error;
  }
}

function readKeys(value: unknown): SitePolicy['keys'] {
  if (value === undefined) return null;
  const parsed = v.safeParse(publicJwkSet, value);
  return parsed.success ? parsed.output : 'invalid';
}

/** What is not as it should be is left out, so that the others still work. */
function readRelyingParties(value: unknown): ForeignRelyingParty[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries
    .flatMap((entry) => {
      const parsed = v.safeParse(foreignRelyingParty, entry);
      return parsed.success ? [parsed.output] : [];
    })
    .slice(0, MAX_RELYING_PARTIES);
}

const memberOf = (of: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(of, name) ? of[name] : undefined;
