import { describe, expect, it } from '@jest/globals';
import { readAttributes } from '../../../../portal/src/server/mobile/profiles/phone-attributes.js';

const read = (entries: string): unknown =>
  readAttributes(Buffer.from(`<?xml version="1.0"?><plist version="1.0"><dict>${entries}</dict></plist>`));
const text = (key: string, value: string): string => `<key>${key}</key><string>${value}</string>`;

describe('the attributes of a phone', () => {
  it('are null if the phone does not send them, such as the challenge', () => {
    expect(read(text('UDID', '00008110-001A2B3C4D5E6F70') + text('IMEI', '35 209900 176148 1'))).toEqual({
      udid: '00008110-001A2B3C4D5E6F70',
      serial: null,
      product: null,
      version: null,
      challenge: null,
    });
  });

  it.each([
    ['a number', '<key>UDID</key><integer>7</integer>'],
    ['a list', '<key>SERIAL</key><array><string>F2LXK0AAJCLM</string></array>'],
    ['bytes', '<key>CHALLENGE</key><data>AAAA</data>'],
    ['a dictionary', '<key>PRODUCT</key><dict/>'],
    ['empty', '<key>UDID</key><string/>'],
    ['of other characters', text('SERIAL', 'F2L XK')],
    ['in other letters', text('PRODUCT', 'іPhone17,3')],
    ['in two lines', text('VERSION', '22A3354\n')],
    ['long', text('CHALLENGE', 'x'.repeat(257))],
  ])('are refused if one is %s', (_, entries) => {
    expect(() => read(entries)).toThrow('is not what a phone sends');
  });
});
