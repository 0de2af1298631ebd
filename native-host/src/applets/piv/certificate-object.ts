import { types } from 'node:util';
import { constants, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { CardwrightError } from '@cardwright/protocol';
import { decodeTlvs, encodeTlv, TlvError } from '../../iso7816/tlv.js';

/** The content of a certificate object, inside tag 53 (SP 800-73-4 Part 1, table 10 and appendix A). */

const TAG_CERTIFICATE = 0x70;
const TAG_CERT_INFO = 0x71;
const TAG_ERROR_DETECTION = 0xfe;
const UNCOMPRESSED = 0x00;
/** Bit of CertInfo that says "compressed with gzip". */
const COMPRESSED = 0x01;

/** First bytes of gzip data (RFC 1952, 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b] as const;
/** Net iD writes 01 00 and the certificate's length (2 bytes, little-endian) before zlib data (RFC 1950). */
const NET_ID_MAGIC = [0x01, 0x00] as const;
const NET_ID_HEADER_LENGTH = 4;

/** Largest size in bytes of a decompressed certificate. A larger certificate counts as invalid. */
const MAX_CERTIFICATE = 8192;

/** Builds the content of a certificate object. The DER certificate is not compressed, so that every program can read it. */
export const encodeCertificateObject = (certificate: Uint8Array): Uint8Array => encode(certificate, UNCOMPRESSED);

/** Builds the same content with a certificate that is compressed with gzip. */
export const compressCertificateObject = (certificate: Uint8Array): Uint8Array =>
  encode(gzipSync(certificate, { level: constants.Z_BEST_COMPRESSION }), COMPRESSED);

const encode = (certificate: Uint8Array, info: number): Uint8Array =>
  Buffer.concat([
    encodeTlv(TAG_CERTIFICATE, certificate),
    encodeTlv(TAG_CERT_INFO, Uint8Array.of(info)),
    encodeTlv(TAG_ERROR_DETECTION),
  ]);

/**
 * Reads the DER certificate, which is uncompressed, compressed with gzip, or in the format of Net iD. Returns null when the object contains no
 * certificate, or an empty certificate, which means that the certificate was deleted.
 *
 * @throws CardwrightError `CERTIFICATE_INVALID`
 */
export function decodeCertificateObject(content: Uint8Array): Uint8Array | null {
  try {
    const objects = new Map(decodeTlvs(content).map(({ tag, value }) => [tag, value]));
    const certificate = objects.get(TAG_CERTIFICATE);
    if (!certificate || certificate.length === 0) return null;
    const info = objects.get(TAG_CERT_INFO)?.[0] ?? UNCOMPRESSED;
    if ((info & COMPRESSED) === 0) return certificate;
    return decompress(certificate);
  } catch (error) {
    if (error instanceof TlvError || isZlibError(error))
      throw new CardwrightError('CERTIFICATE_INVALID', {}, { cause: error });
    throw error;
  }
}

function decompress(data: Uint8Array): Uint8Array {
  const limit = { maxOutputLength: MAX_CERTIFICATE };
  if (startsWith(data, GZIP_MAGIC)) return Uint8Array.from(gunzipSync(data, limit));
  if (startsWith(data, NET_ID_MAGIC)) return Uint8Array.from(inflateSync(data.subarray(NET_ID_HEADER_LENGTH), limit));
  throw new CardwrightError('CERTIFICATE_INVALID');
}

const startsWith = (data: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => data[index] === byte);

/** True for an error of Node's zlib. The code of such an error is, for example, Z_DATA_ERROR or ERR_BUFFER_TOO_LARGE. */
const isZlibError = (error: unknown): boolean =>
  types.isNativeError(error) &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(Z_|ERR_BUFFER)/.test(error.code);
