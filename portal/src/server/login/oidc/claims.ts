import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { newAccount } from '../../accounts/accounts.js';
import type { ProvenPerson } from '../proven-person.js';
import type { OidcSettings } from '../settings.js';

/** Verified claims of an ID token or of the UserInfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>;

/** Names that the audit log gives to actors who are no users. */
const RESERVED: ReadonlySet<string> = new Set(['portal', 'anonymous']);

/** Schema of a user name. Providers often have mail addresses as user names. */
const username = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(/^[a-z0-9][a-z0-9._@+-]{0,63}$/),
  v.check((name) => !RESERVED.has(name)),
);
/** Schema of a subject identifier (OpenID Connect Core 1.0, 2): at most 255 ASCII characters. */
const subject = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,255}$/));
const displayName = v.pipe(text(64), v.trim(), v.minLength(1));
const oneGroup = v.pipe(
  v.string(),
  v.transform((group) => [group]),
);
const groups = v.union([v.array(v.string()), oneGroup]);
const { email, upn, sid } = newAccount.entries;

/**
 * Reads a person from verified claims. Leaves out a mail address, UPN or SID that is malformed, and a mail address that the provider calls
 * unverified. Returns null if there is no usable subject or user name.
 */
export function personOf({ issuer, claims: names }: OidcSettings, claims: Claims): ProvenPerson | null {
  const read = <S extends v.GenericSchema>(schema: S, name: string | undefined): v.InferOutput<S> | null => {
    const parsed = v.safeParse(schema, name === undefined ? undefined : claims[name]);
    return parsed.success ? parsed.output : null;
  };
  const [proven, name] = [read(subject, 'sub'), read(username, names.username)];
  if (proven === null || name === null) return null;
  return {
    issuer,
    subject: proven,
    username: name,
    displayName: read(displayName, names.displayName) ?? name,
    email: claims.email_verified === false ? null : (read(email, names.email) ?? null),
    upn: read(upn, names.upn) ?? null,
    sid: read(sid, names.sid) ?? null,
    groups: groupsOf({ claims: names }, claims),
  };
}

/** Reads the groups of a person from verified claims. Returns an empty list if the claim is missing or malformed. */
export function groupsOf({ claims: names }: Pick<OidcSettings, 'claims'>, claims: Claims): readonly string[] {
  const parsed = v.safeParse(groups, claims[names.groups]);
  return parsed.success ? parsed.output : [];
}
