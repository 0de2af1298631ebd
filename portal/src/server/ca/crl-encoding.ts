import { tlv } from '@cardwright/cms/authority';
import type { Revocation } from '@cardwright/cms/authority';
import { INTEGER, SEQUENCE, encodeInteger, encodeTime } from './der.js';

/** The parts of a CRL's signed part, except the entries. */
export interface CrlFrame {
  /** DER AlgorithmIdentifier, the same inside and outside the signed part. */
  readonly signatureAlgorithm: Uint8Array;
  /** Name of the issuer in DER. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Each extension in DER. */
  readonly extensions: readonly Uint8Array[];
}

const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const ENUMERATED = 0x0a;
const CONTEXT_0 = 0xa0;
const VERSION_2 = tlv(INTEGER, Buffer.of(1));
/** DER encoding of the OID of reasonCode, 2.5.29.21. */
const REASON_CODE = Buffer.from('0603551d15', 'hex');

/** Encodes crlEntryExtensions that contain only the reasonCode (RFC 5280, 5.3.1). */
const entryExtensions = (reason: number): Uint8Array =>
  tlv(SEQUENCE, tlv(SEQUENCE, REASON_CODE, tlv(OCTET_STRING, tlv(ENUMERATED, Buffer.of(reason)))));

const REASONS: Readonly<Record<Revocation['reason'], Uint8Array>> = {
  keyCompromise: entryExtensions(1),
  superseded: entryExtensions(4),
  cessationOfOperation: entryExtensions(5),
  certificateHold: entryExtensions(6),
};

/**
 * Encodes the signed part of a CRL, the DER TBSCertList (RFC 5280, 5.1.2). The time that the encoding takes is proportional to the number of
 * entries. Other work can run whenever `pages` pauses.
 *
 * @throws the reason of `signal`, if it is aborted
 */
export async function encodeTbsCertList(
  { signatureAlgorithm, issuer, thisUpdate, nextUpdate, extensions }: CrlFrame,
  pages: AsyncIterable<readonly Revocation[]>,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const entries: Uint8Array[] = [];
  for await (const page of pages) {
    signal?.throwIfAborted();
    entries.push(Buffer.concat(page.map(encodeEntry)));
  }
  const isEmpty = entries.every(({ length }) => length === 0);
  return tlv(
    SEQUENCE,
    VERSION_2,
    signatureAlgorithm,
    issuer,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    // An empty list must be omitted (RFC 5280, 5.1.2.6).
    ...(isEmpty ? [] : [tlv(SEQUENCE, ...entries)]),
    tlv(CONTEXT_0, tlv(SEQUENCE, ...extensions)),
  );
}

/**
 * Encodes the DER CertificateList (RFC 5280, 5.1.1).
 *
 * @param tbs as `encodeTbsCertList` returns it
 * @param signatureAlgorithm DER AlgorithmIdentifier, the same as in `tbs`
 * @param signature the signature of `tbs`
 */
export const encodeCrl = (tbs: Uint8Array, signatureAlgorithm: Uint8Array, signature: Uint8Array): Uint8Array =>
  tlv(SEQUENCE, tbs, signatureAlgorithm, tlv(BIT_STRING, Buffer.of(0), signature));

const encodeEntry = ({ serialNumber, revokedAt, reason }: Revocation): Uint8Array =>
  tlv(SEQUENCE, encodeInteger(serialNumber), encodeTime(revokedAt), REASONS[reason]);
