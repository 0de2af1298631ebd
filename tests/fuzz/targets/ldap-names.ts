import fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { readGuid, readSid, writeGuid } from '../../../portal/src/server/login/ldap/microsoft-values.js';
import { readPerson } from '../../../portal/src/server/login/proven-person.js';
import { fuzzTarget } from '../target.js';

const NAMES = [
  'ada',
  'ａda',
  'ªda',
  'ⓐda',
  '\ufeffada',
  'ada)(uid=*',
  '*',
  'cn=ada,dc=example',
  '\\2a',
  'portal',
  'A\u0301da',
  'ada\0',
];
const SAFE_USERNAME = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(...NAMES),
  fc.tuple(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme' })).map((parts) => parts.join('')),
);
const value = fc.oneof(
  name,
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

/** Names of people: as they are typed, and as a directory or provider says them. */
export const ldapNames = fuzzTarget('ldap-names', 120_000, () => ({
  input: fc.record({
    said: fc.record({ subject: value, username: value, displayName: value, email: value, upn: value, sid: value }),
    groups: fc.array(name, { maxLength: 3 }),
    bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    typed: name,
  }),
  isRefusal: (error) => error instanceof RangeError,
  judge: ({ said, groups, bytes, typed }) => {
    const person = readPerson('ldap:example', said, groups);
    if (person && !SAFE_USERNAME.test(person.username)) throw new Error(`the user name ${person.username}`);
    // Whatever is typed is one value of the filter, and no part of it.
    const filter = FilterParser.parseString(new EqualityFilter({ attribute: 'uid', value: typed }).toString());
    if (!(filter instanceof EqualityFilter)) throw new Error(`${typed} is another filter`);
    if (bytes.length === 16 && !writeGuid(readGuid(bytes)).equals(bytes)) throw new Error('another GUID');
    readSid(bytes);
  },
}));
