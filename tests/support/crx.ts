/** A .crx, taken apart by hand: crx_file.proto and crx_creator.cc of Chromium. */
export interface Crx {
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  readonly signature: Buffer;
  /** The signed bytes. */
  readonly signed: Buffer;
  readonly zip: Buffer;
}

const CONTEXT = Buffer.from('CRX3 SignedData\0');
/** Field numbers of CrxFileHeader and of AsymmetricKeyProof. */
const RSA_PROOF = 2;
const SIGNED_DATA = 10_000;
const PUBLIC_KEY = 1;
const SIGNATURE = 2;

export function readCrx(file: Buffer): Crx {
  if (file.toString('latin1', 0, 4) !== 'Cr24' || file.readUInt32LE(4) !== 3) throw new Error('This is no CRX3 file.');
  const headerEnd = 12 + file.readUInt32LE(8);
  const header = fieldsOf(file.subarray(12, headerEnd));
  const proof = fieldsOf(demand(header, RSA_PROOF));
  const signedData = demand(header, SIGNED_DATA);
  const zip = file.subarray(headerEnd);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signedData.length);
  const signed = Buffer.concat([CONTEXT, length, signedData, zip]);
  return { publicKey: demand(proof, PUBLIC_KEY), signature: demand(proof, SIGNATURE), signed, zip };
}

/** Reads the fields of a protocol buffer message, which all are bytes here. */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const number = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = message.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const field = number() >> 3;
    const length = number();
    fields.set(field, message.subarray(at, (at += length)));
  }
  return fields;
}

function demand(fields: Map<number, Buffer>, field: number): Buffer {
  const found = fields.get(field);
  if (found === undefined) throw new Error(`The field ${field} is missing.`);
  return found;
}
