import { describe, expect, it } from '@jest/globals';
import { readJson } from '@cardwright/protocol/messages';

const arrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('JSON from outside', () => {
  it.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '["a","a","a:"," : "]',
    '{"a":"a","b" : "\\"a\\":","\\\\":"\\\\"}',
    '{"a":"\\ud83d\\udd11 ü 🔑"}',
    '"{\\"a\\":1,\\"a\\":2}[[["',
    '{"__proto":"__proto__","constructors":"constructor"}',
    arrays(64),
    ' 1 ',
  ])('is read as usual: %s', (text) => {
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['no JSON', '{"a":secret}', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['a member twice', '{"a":1,"b":2,"a":3}', 'twice'],
    ['a member twice, inside', '[{"x":{"a":[],"a":1}}]', 'twice'],
    ['a member twice, spelt in two ways', '{"a":1,"\\u0061":2}', 'twice'],
    ['a member twice, with space behind its name', '{"a" \n :1,"a":2}', 'twice'],
    ['a member twice, behind a text with quotation marks', '{"a":"\\\\\\"","a":1}', 'twice'],
    ['a prototype', '{"a":{"__proto__":{}}}', 'reserved'],
    ['a prototype, escaped', '{"\\u005f_proto__":{}}', 'reserved'],
    ['a constructor', '{"constructor":{}}', 'reserved'],
    ['a NUL', '{"a":"\\u0000"}', 'stored'],
    ['a NUL in a name', '{"a\\u0000":1}', 'stored'],
    ['half a pair', '["\\ud83d"]', 'stored'],
    ['half a pair, unescaped', '["\udd11"]', 'stored'],
    ['the halves of a pair in the wrong order', '["\\udd11\\ud83d"]', 'stored'],
    ['a level too many', arrays(65), 'levels'],
    ['many levels', arrays(100_000), 'levels'],
  ])('is refused with %s', (_, text, why) => {
    expect(() => readJson(text)).toThrow(why);
    expect(() => readJson(text)).not.toThrow('secret');
  });

  it('may have any text where it is not stored as text', () => {
    const text = '{"a":"\\u0000\\ud83d"}';
    expect(readJson(text, { anyText: true })).toEqual({ a: '\0\ud83d' });
    expect(() => readJson('{"a":1,"a":1}', { anyText: true })).toThrow('twice');
  });

  // Time that grows with the square of the length would be more than a test has.
  it.each([
    ['of escapes', `["${'\\\\'.repeat(500_000)}","${'\\"'.repeat(500_000)}"]`],
    ['of members', JSON.stringify(Array.from({ length: 100_000 }, (_, index) => ({ [`m${index}`]: `"${index}"` })))],
  ])('is read when it is long and full %s', (_, text) => {
    expect(JSON.stringify(readJson(text))).toBe(text);
  });
});
