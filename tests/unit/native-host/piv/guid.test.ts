import { describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { guid as guidSchema } from '@cardwright/protocol/devices';
import { guidOfChuid } from '../../../../native-host/src/applets/piv/objects.js';

const chuid = (guid: string): Uint8Array => Buffer.from(`3410${guid}3e00fe00`, 'hex');

describe("a CHUID's GUID", () => {
  it.each(['00112233445566778899AABBCCDDEEFF', 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', '00000000000000000000000000000001'])(
    'is formatted as in the protocol, whatever its bytes (%s)',
    (bytes) => {
      const guid = guidOfChuid(chuid(bytes));
      expect(guid?.replaceAll('-', '')).toBe(bytes.toLowerCase());
      expect(validate(guidSchema, guid)).toBe(guid);
    },
  );

  it('is missing when it is all zeros or of another length', () => {
    expect(guidOfChuid(chuid('0'.repeat(32)))).toBeNull();
    expect(guidOfChuid(Buffer.from('3403001122', 'hex'))).toBeNull();
  });
});
