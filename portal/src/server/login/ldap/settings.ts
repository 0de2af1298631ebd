import { text } from '@cardwright/protocol/schemas';
import { FilterParser } from 'ldapts';
import * as v from 'valibot';
import { standingSettings } from '../standing-settings.js';

/** A directory as an administrator writes it: `ldap://` with StartTLS, or `ldaps://`. No password is ever sent without TLS. */

const attribute = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/));
const distinguishedName = v.pipe(text(1000), v.minLength(1));
const path = v.pipe(v.string(), v.minLength(1));

const url = v.pipe(
  v.string(),
  v.check((value) => {
    if (!URL.canParse(value)) return false;
    const { protocol, hostname, pathname, search, hash, username } = new URL(value);
    const isBare = ['', '/'].includes(pathname) && search === '' && hash === '' && username === '';
    return ['ldap:', 'ldaps:'].includes(protocol) && hostname !== '' && isBare;
  }, 'expected an address like ldaps://ldap.example.com'),
);

/** An LDAP filter (RFC 4515) in text, such as `(objectClass=person)`. */
const filter = v.pipe(text(1000), v.check(isFilter, 'expected an LDAP filter, like (objectClass=person)'));

function isFilter(value: string): boolean {
  try {
    FilterParser.parseString(value);
    return true;
  } catch {
    return false;
  }
}

/** Names of the attributes of a person's entry. */
const attributes = v.strictObject({
  /** An identifier that the directory never gives to anyone else: `entryUUID`, or `objectGUID` of Active Directory. */
  subject: v.optional(attribute, 'entryUUID'),
  username: v.optional(attribute, 'uid'),
  displayName: v.optional(attribute, 'cn'),
  email: v.optional(attribute, 'mail'),
  upn: v.optional(attribute, 'userPrincipalName'),
  sid: v.optional(attribute, 'objectSid'),
});

/** Where the groups of a person are found: in an attribute of the person's entry, or in the entries of the groups. */
const membership = v.union([
  v.strictObject({ attribute }),
  v.strictObject({
    base: distinguishedName,
    /** The attribute of a group's entry with the distinguished names of its members. */
    member: v.optional(attribute, 'member'),
    /** Set to count groups within groups, by a matching rule that Active Directory has. */
    nested: v.optional(v.boolean(), false),
  }),
]);

/** Schema of a directory in the settings. */
export const writtenDirectory = v.strictObject({
  /** Name of the directory in the settings and in the records of accounts. It must never change. */
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  url,
  /** PEM file with the certificates of the authorities that may certify the server. Without it, those that Node.js trusts. */
  ca: v.optional(path),
  /** The account with which the portal searches: its distinguished name, and a file with its password. */
  bind: v.strictObject({ dn: distinguishedName, password: v.strictObject({ file: path }) }),
  /** The entry below which people are searched. */
  base: distinguishedName,
  /** What entries of people fulfil besides their user name. */
  filter: v.optional(filter, '(objectClass=person)'),
  attributes: v.optional(attributes, {}),
  membership: v.optional(membership, { attribute: 'memberOf' }),
  ...standingSettings,
  /** Maximum number of seconds of one question to the directory. */
  timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(30)), 10),
});

export type WrittenDirectory = v.InferOutput<typeof writtenDirectory>;

/** A directory, with the contents of the files that the written settings name. */
export interface DirectorySettings extends Omit<WrittenDirectory, 'ca' | 'bind'> {
  /** Certificates in PEM; undefined for those that Node.js trusts. */
  readonly ca: string | undefined;
  readonly bind: { readonly dn: string; readonly password: string };
}
