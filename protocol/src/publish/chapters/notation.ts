import { bullets, linkTo, table, type Chapter } from '../markdown.js';

/** Chapter about the notation that every other chapter uses. */
export const notation: Chapter = {
  title: 'How to read this page',
  blocks: [
    'Everything on the wire is JSON in UTF-8. What a member may hold is printed as a type, made from the schemas that the code ' +
      'validates with; the same schemas for machines are in [protocol.schema.json](protocol.schema.json).',
    'Its `$defs` are named after what they describe: the shared shapes, `METHOD params` and `METHOD result` of each command, `POST PATH request` and `POST PATH answer` of each request to a CMS, and `stepPayload`, `displayPayload`, `escrowContent`, `errorAnswer`. [protocol.errors.json](protocol.errors.json) has the errors.',
    table(
      ['notation', 'meaning'],
      [
        ['`text(200)`, `text(1..64)`', 'a string of at most 200, of 1 to 64 UTF-16 code units'],
        ['`/…/`, `text(300, /…/)`', 'a string that matches a regular expression (ECMA-262), and is at most so long'],
        [
          '`bytes(33)`, `bytes(16..64)`',
          'bytes in base64url without padding (RFC 4648, section 5): at most 33, 16 to 64 of them',
        ],
        [
          '`jws(…)`, `jwe(…)`',
          'a compact JWS (RFC 7515, 3.1), a compact JWE (RFC 7516, 3.1), at most so many characters long',
        ],
        ['`integer(0..8)`', 'a whole number from 0 to 8'],
        ['`T[]`, `T[1..64]`', 'an array of any length; one of 1 to 64 elements'],
        ['`name?:`', 'the member may be absent; it is never `undefined` or, unless the type says so, null'],
        ['`{}`', 'an object without members: parameters and results are objects, even where they say nothing'],
        ['`DeviceInfo`', `one of the ${linkTo('Shared shapes', 'shared shapes')}`],
      ],
    ),
    bullets(
      'An object has the members that are printed and no others: a receiver refuses a message with a further one. Where `[more: string]: ignored` stands, further members are allowed and dropped.',
      'A time is in seconds since 1970 (UTC) where the member says so. Time limits are in seconds too.',
      'Base64url is without padding everywhere, in JWS, JWE, thumbprints and digests too.',
      'Member names are case-sensitive; the order of members means nothing. An origin is compared as a string, as the browser serialises it: `https://cms.example`, without a slash and without a default port.',
    ),
  ],
};
