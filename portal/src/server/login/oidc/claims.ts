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
 * Reads a person from verified claims. Leaves out a mail address that the provider calls unverified. Returns null if there is no usable subject or user
 * name.
 */
export function personOf({ issuer, claims: names }: OidcSettings, claims: Claims): ProvenPerson | null {
  const claim = (name: string | undefined): unknown => (name === undefined ? undefined : claims[name]);
  const said = {
    subject: claim('sub'),
    username: claim(names.username),
    displayName: claim(names.displayName),
    email: claims.email_verified === false ? null : claim(names.email),
    upn: claim(names.upn),
    sid: claim(names.sid),
  };
  return readPerson(issuer, said, groupsOf({ claims: names }, claims));
}

/** Reads the groups of a person from verified claims. Returns an empty list if the claim is missing or malformed. */
export function groupsOf({ claims: names }: Pick<OidcSettings, 'claims'>, claims: Claims): readonly string[] {
  const parsed = v.safeParse(groups, claims[names.groups]);
  return parsed.success ? parsed.output : [];
}
