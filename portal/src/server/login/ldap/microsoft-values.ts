/** Bytes of an `objectGUID` of Active Directory: the first three fields are little-endian ([MS-DTYP] 2.3.4.2). */
const GUID_BYTES = 16;

/**
 * Converts an `objectGUID` to text like `3f2504e0-4f89-41d3-9a0c-0305e82c3301`.
 *
 * @throws RangeError if there are not 16 bytes
 */
export function readGuid(bytes: Buffer): string {
  if (bytes.length !== GUID_BYTES) throw new RangeError(`A GUID has ${GUID_BYTES} bytes.`);
  const hex = swapFields(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Converts text that `readGuid` returned to the bytes of an `objectGUID`. */
export const writeGuid = (guid: string): Buffer => swapFields(Buffer.from(guid.replaceAll('-', ''), 'hex'));

function swapFields(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).swap32();
  swapped.subarray(4, 8).swap16();
  return swapped;
}

/**
 * Converts an `objectSid` of Active Directory to text like `S-1-5-21-1004336348-1177238915-682003330-512` ([MS-DTYP] 2.4.2).
 *
 * @throws RangeError if the bytes are no SID
 */
export function readSid(bytes: Buffer): string {
  const [revision, count = 0] = bytes;
  if (revision !== 1 || bytes.length !== 8 + 4 * count) throw new RangeError('These bytes are no SID.');
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', revision, bytes.readUIntBE(2, 6), ...parts].join('-');
}
