import { expect, it } from '@jest/globals';
import { readGuid, readSid, writeGuid } from '../../../../portal/src/server/login/ldap/microsoft-values.js';

const GUID = Buffer.from('e004253f894fd3419a0c0305e82c3301', 'hex');
const SID = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c8770091c0100', 'hex');

it('reads and writes the GUID of an entry, whose first fields are little-endian', () => {
  expect(readGuid(GUID)).toBe('3f2504e0-4f89-41d3-9a0c-0305e82c3301');
  expect(writeGuid(readGuid(GUID))).toEqual(GUID);
});

it('reads the security identifier of an entry', () => {
  expect(readSid(SID)).toBe('S-1-5-21-2127521184-1604012920-1887927527-72713');
});

it.each([
  ['no bytes', Buffer.alloc(0)],
  ['another revision', Buffer.from([2, ...SID.subarray(1)])],
  ['fewer parts than it says', SID.subarray(0, -4)],
  ['more bytes than it says', Buffer.concat([SID, Buffer.alloc(4)])],
])('takes %s for no security identifier', (_, bytes) => {
  expect(() => readSid(bytes)).toThrow(RangeError);
});

it('takes fewer bytes for no GUID', () => {
  expect(() => readGuid(GUID.subarray(1))).toThrow(RangeError);
});
