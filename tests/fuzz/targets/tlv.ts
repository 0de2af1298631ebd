import { decodeTlvs, encodeTlv, TlvError, type Tlv } from '../../../native-host/src/iso7816/tlv.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { bytesTarget } from '../target.js';

const GOOD = [
  encodeTlv(0x7c, encodeTlv(0x80, Buffer.alloc(8, 1)), encodeTlv(0x82)),
  encodeTlv(0x7f49, encodeTlv(0x86, Buffer.alloc(65, 4))),
  encodeTlv(0x53, encodeTlv(0x70, Buffer.alloc(300, 5)), encodeTlv(0x71, Buffer.of(0)), encodeTlv(0xfe)),
];

/** BER-TLV as a card answers it. */
export const tlv = bytesTarget('tlv', 250_000, () => ({
  input: spoiltBytes(GOOD),
  isRefusal: (error) => error instanceof TlvError,
  judge: (input) => {
    const objects = decodeTlvs(input);
    // Nothing is read that is not there, and what is written again says the same.
    const length = objects.reduce((sum, { value }) => sum + value.length, 0);
    if (length + 2 * objects.length > input.length) throw new Error('more was read than there is');
    const again = decodeTlvs(written(objects));
    if (!written(again).equals(written(objects))) throw new Error('written again, it says something else');
  },
}));

const written = (objects: readonly Tlv[]): Buffer =>
  Buffer.concat(objects.map(({ tag, value }) => encodeTlv(tag, value)));
