import * as v from 'valibot';
import { readPerson, type ProvenPerson } from '../proven-person.js';
import type { OidcSettings } from '../settings.js';

/** Verified claims of an ID token or of the UserInfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>;

const oneGroup = v.pipe(
  v.string(),
  v.transform((group) => [group]),
);
const groups = v.union([v.array(v.string()), oneGroup]);

/**
 * Reads a person from verified claims. Leaves out a mail address that the provider does not call verified. Returns null if there is no usable subject or user
 * name.
 */
export function personOf(settings: OidcSettings, claims: Claims): ProvenPerson | null {
  const { issuer, claims: names } = settings;
  const claim = (name: string | undefined): unknown => (name === undefined ? undefined : claims[name]);
  const said = {
    subject: claim('sub'),
    username: claim(names.username),
    displayName: claim(names.displayName),
    email: isVerified(settings, claims) ? claim(names.email) : null,
    upn: claim(names.upn),
    sid: claim(names.sid),
  };
  return readPerson(issuer, said, groupsOf({ claims: names }, claims));
}

/**
 * True if a provider says that it has verified the person's mail address (OpenID Connect Core 1.0, 5.1), or if the settings say so of a provider that says
 * nothing. Some providers write the boolean as a text.
 */
function isVerified({ unstatedEmailIsVerified }: OidcSettings, { email_verified: stated }: Claims): boolean {
  return stated === undefined ? unstatedEmailIsVerified : stated === true || stated === 'true';
}

/** Reads the groups of a person from verified claims. Returns an empty list if the claim is missing or malformed. */
export function groupsOf({ claims: names }: Pick<OidcSettings, 'claims'>, claims: Claims): readonly string[] {
  const parsed = v.safeParse(groups, claims[names.groups]);
  return parsed.success ? parsed.output : [];
}
