/** JSON texts, as only an attacker or a broken program sends them in place of a member. */

const levels = (count: number): string => `${'['.repeat(count)}0${']'.repeat(count)}`;
const objects = (count: number): string => `${'{"a":'.repeat(count)}0${'}'.repeat(count)}`;
const quoted = (text: string): string => JSON.stringify(text);

/** Text that no store can keep: PostgreSQL has no NUL in a text, and UTF-8 has no lone surrogate. */
export const UNSTORABLE: Readonly<Record<string, string>> = {
  NUL: '"\\u0000"',
  'NUL inside': '"a\\u0000b"',
  'half a pair, the first': '"a\\ud800"',
  'half a pair, the second': '"\\udc00a"',
  'a pair in the wrong order': '"\\udc00\\ud800"',
};

/** JSON that costs its reader much. */
export const COSTLY: Readonly<Record<string, string>> = {
  'arrays in arrays': levels(10_000),
  'objects in objects': objects(10_000),
  'a long array': `[${'0,'.repeat(50_000)}0]`,
  'an object of many members': `{${Array.from({ length: 5_000 }, (_, index) => `"m${index}":0`).join()}}`,
  'a long text': quoted('x'.repeat(100_000)),
};

/** Values of a kind, length or spelling that a member does not have. */
export const MALFORMED_VALUES: Readonly<Record<string, string>> = {
  ...UNSTORABLE,
  ...COSTLY,
  null: 'null',
  true: 'true',
  'a negative number': '-1',
  'minus zero': '-0',
  'a fraction': '0.5',
  'a number that is not exact': '9007199254740993',
  'a huge number': '1e308',
  'a number that is infinite': '1e999',
  'an empty text': '""',
  'white space': '" \\t\\n"',
  'a noncharacter': '"\\uffff"',
  'a byte order mark': '"\\ufeffa"',
  'control characters': '"\\u0001\\u001b[2J\\u007f\\u009b"',
  'a header': '"a\\r\\nset-cookie: a=b"',
  'text from right to left': '"\\u202egpj.exe"',
  'many marks on a letter': `"e${'\\u0301'.repeat(1_000)}"`,
  'letters beyond the first plane': '"\\ud83d\\udd11\\ud835\\udd38"',
  'a path': '"../../../etc/passwd"',
  'an encoded path': '"%2e%2e%2f%00"',
  markup: '"<script>alert(1)</script>"',
  SQL: `"' or 1=1; drop table users; --"`,
  'a pattern': '"(a+)+$"',
  'a number as text': '"1"',
  'a number in words': '"NaN"',
  'the name of a prototype': '"__proto__"',
  'the name of a method': '"constructor"',
  'an id of zeros': '"00000000-0000-0000-0000-000000000000"',
  'an empty array': '[]',
  'an array of nulls': '[null,null]',
  'an empty object': '{}',
  'an object with a length': '{"length":4294967295}',
  'an object that is no text': '{"toString":null,"valueOf":null,"toJSON":1}',
  'an object that looks like a promise': '{"then":"x"}',
  'a prototype': '{"__proto__":{"role":"operator"}}',
  'a constructor': '{"constructor":{"prototype":{"role":"operator"}}}',
};

/** A few of them, for places deep inside. */
export const FEW_VALUES: Readonly<Record<string, string>> = {
  NUL: '"a\\u0000b"',
  'half a pair': '"a\\ud800"',
  'arrays in arrays': levels(10_000),
  null: 'null',
  'an infinite number': '1e999',
  'a long text': quoted('x'.repeat(100_000)),
  'an array of nulls': '[null,null]',
  'a method': '{"toString":null}',
};

/** Bodies that are not the JSON of an object. */
export const MALFORMED_BODIES: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  'white space': ' \n',
  null: 'null',
  'a number': '1',
  'a text': '"{}"',
  'an array': '[]',
  'half an object': '{"a":',
  'two objects': '{}{}',
  'a comma too many': '{"a":1,}',
  'a name without quotation marks': '{a:1}',
  'a comment': '{/**/}',
  NaN: '{"a":NaN}',
  'a line end in a text': '{"a":"\n"}',
  'an unknown escape': '{"a":"\\x41"}',
  'half an escape': '{"a":"\\ud8"}',
  'a byte order mark': '\ufeff{}',
  'bytes that are no UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
  'a surrogate in UTF-8': Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d),
  'an overlong NUL': Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0x80, 0x22, 0x7d),
  'a NUL': '{"a":"\0"}',
  'UTF-16': Buffer.from('{}', 'utf16le'),
  'bytes of gzip': Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3),
  'a member twice': '{"a":1,"a":2}',
  'a member twice, spelt differently': '{"a":1,"\\u0061":2}',
  'arrays in arrays': levels(100_000),
  'arrays that do not end': '['.repeat(100_000),
  'objects in objects': objects(40_000),
};

/** Segments of a path, and values of a query, in place of an id or a name. */
export const MALFORMED_SEGMENTS: readonly string[] = [
  '%00',
  'a%00b',
  '%ff',
  '%ed%a0%80',
  '%',
  '%zz',
  '%c0%80',
  '%2e%2e%2f%2e%2e',
  '..%5c..',
  '%252e%252e',
  "'%20or%201=1;--",
  '%22%3Cscript%3E',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  '%F0%9F%94%91',
  '%E2%80%AE',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '00000000-0000-4000-8000-000000000000%00',
  '{id}',
  ':id',
  '*',
  'a'.repeat(99),
  'a'.repeat(101),
  'a'.repeat(8_000),
];

/** Changes of a public key on P-256 after which it is no point of the curve. */
export const OFF_CURVE: readonly (readonly [what: string, change: object])[] = [
  ['no point', { x: 'A'.repeat(43) }],
  ['the point at infinity', { x: 'A'.repeat(43), y: 'A'.repeat(43) }],
  ['beyond the field', { y: `${'_'.repeat(42)}8` }],
  ['short', { x: 'AQ' }],
];
