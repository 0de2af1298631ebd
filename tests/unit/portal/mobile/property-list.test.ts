import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readPropertyList } from '../../../../portal/src/server/mobile/profiles/read-property-list.js';
import { writePropertyList } from '../../../../portal/src/server/mobile/profiles/write-property-list.js';
import { UnreadableAnswer } from '../../../../portal/src/server/mobile/profiles/unreadable-answer.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const PUBLIC = '"-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"';
const read = (text: string): unknown => Object.fromEntries(readPropertyList(Buffer.from(text)));
const wrap = (content: string): string => `${DECLARATION}<plist version="1.0">${content}</plist>`;
const UDID = '<key>UDID</key><string>1</string>';
/** Each entity is ten times the one before. */
const bomb = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join('');

const printed = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn'), jest.spyOn(console, 'log')];
beforeEach(() => printed.forEach((spy) => spy.mockReset()));
afterEach(() => printed.forEach((spy) => expect(spy).not.toHaveBeenCalled()));

describe('a property list that is read', () => {
  it('may have a DOCTYPE, or none, and values of every kind', () => {
    const entries = `${UDID}<key>&lt;a&amp;b&gt;</key><string>&quot;ü 😀&apos;</string><key>n</key><integer>-7</integer>
      <key>on</key><true/><key>off</key><false></false><key>list</key><array><dict><key>x</key><real>1.5</real></dict></array>`;
    const values = { UDID: '1', '<a&b>': '"ü 😀\'', n: -7, on: true, off: false, list: [{ x: 1.5 }] };
    expect(read(wrap(`<dict>${entries}</dict>`))).toEqual(values);
    expect(read(`${DECLARATION}\n<!DOCTYPE plist PUBLIC ${PUBLIC}>\n<plist><dict>${entries}</dict></plist>\n`)).toEqual(
      values,
    );
  });

  it('may be empty', () => expect(read(wrap('<dict/>'))).toEqual({}));

  it('is read in time proportional to its size', () => {
    const long = 'x'.repeat(1_000_000);
    expect(read(wrap(`<dict><key>UDID</key><string>${long}</string></dict>`))).toEqual({ UDID: long });
  });

  it.each([
    [
      'a bomb of entities',
      `${DECLARATION}<!DOCTYPE plist [<!ENTITY e0 "boom">${bomb}]><plist><dict><key>UDID</key><string>&e9;</string></dict></plist>`,
    ],
    [
      'an entity in a file',
      `${DECLARATION}<!DOCTYPE plist [<!ENTITY f SYSTEM "file:///etc/passwd">]><plist><dict><key>UDID</key><string>&f;</string></dict></plist>`,
    ],
    [
      'a DTD in a file',
      `${DECLARATION}<!DOCTYPE plist SYSTEM "file:///etc/passwd"><plist><dict>${UDID}</dict></plist>`,
    ],
    ['an entity that is not XML’s own', wrap('<dict><key>UDID</key><string>&nbsp;</string></dict>')],
    ['a character by its number', wrap('<dict><key>UDID</key><string>&#49;</string></dict>')],
    ['two property lists', wrap(`<dict>${UDID}</dict>`) + wrap(`<dict>${UDID}</dict>`)],
    ['two dictionaries', wrap(`<dict>${UDID}</dict><dict/>`)],
    ['a property list in one', wrap(`<dict><key>UDID</key><plist><string>1</string></plist></dict>`)],
    ['a list instead of a dictionary', wrap(`<array><dict>${UDID}</dict></array>`)],
    ['a text instead of a dictionary', wrap('<string>UDID</string>')],
    ['nothing in it', wrap('')],
    ['a key twice', wrap(`<dict>${UDID}${UDID}</dict>`)],
    ['a key twice, further down', wrap(`<dict><key>a</key><array><dict>${UDID}${UDID}</dict></array></dict>`)],
    ['a key without a value', wrap(`<dict>${UDID}<key>SERIAL</key></dict>`)],
    ['a value without a key', wrap('<dict><string>1</string><key>UDID</key></dict>')],
    ['__proto__ as a key', wrap('<dict><key>__proto__</key><dict/></dict>')],
    ['text between elements', wrap(`<dict>${UDID}1</dict>`)],
    ['an element in a text', wrap('<dict><key>UDID</key><string>1<string>2</string></string></dict>')],
    ['an unknown element', wrap('<dict><key>UDID</key><script>1</script></dict>')],
    ['an element of another namespace', wrap(`<dict>${UDID}<x:string xmlns:x="y"/></dict>`)],
    ['an attribute', wrap('<dict><key>UDID</key><string id="x">1</string></dict>')],
    ['CDATA', wrap('<dict><key>UDID</key><string><![CDATA[1]]></string></dict>')],
    ['a comment', wrap(`<dict>${UDID}<!-- x --></dict>`)],
    ['a processing instruction', wrap(`<dict>${UDID}<?php x ?></dict>`)],
    ['elements that cross', wrap('<dict><key>UDID</dict></key>')],
    ['an element that is left open', `${DECLARATION}<plist><dict>${UDID}`],
    ['something after it', `${wrap('<dict/>')}x`],
    ['something before it', `x${wrap('<dict/>')}`],
    ['many elements in each other', wrap(`<dict><key>UDID</key>${'<array>'.repeat(9)}${'</array>'.repeat(9)}</dict>`)],
    ['no number where one should be', wrap('<dict><key>UDID</key><integer/></dict>')],
    ['bytes that are not base64', wrap('<dict><key>UDID</key><data>?</data></dict>')],
    ['the form of OpenStep', '{ UDID = 1; }'],
    ['the binary form', 'bplist00\u0001\u0002'],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(() => read(text)).toThrow(UnreadableAnswer);
  });

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${wrap(`<dict>${UDID}</dict>`)}`, 'utf16le')],
    ['broken UTF-8', Buffer.concat([Buffer.from(wrap('<dict/>')), Buffer.of(0xc0, 0x80)])],
  ])('is refused in %s', (_, bytes) => {
    expect(() => readPropertyList(bytes)).toThrow('not UTF-8');
  });
});

describe('a property list that is written', () => {
  it('is read back unchanged', () => {
    const list = {
      Text: '<Ü & 😀>',
      Number: 3,
      Yes: true,
      No: false,
      Bytes: Buffer.from([0, 255]),
      List: [['CN', 'x']],
    };
    expect(Object.fromEntries(readPropertyList(writePropertyList(list)))).toEqual({
      ...list,
      Bytes: Uint8Array.of(0, 255),
    });
  });

  it('leaves out characters that XML does not allow, also in names', () => {
    const written = writePropertyList({ Name: 'A\u0000l\u001bi\ud83dce', List: [{ Name: '\udc00\ufffe' }] });
    expect(Object.fromEntries(readPropertyList(written))).toEqual({ Name: 'Alice', List: [{ Name: '' }] });
  });
});
