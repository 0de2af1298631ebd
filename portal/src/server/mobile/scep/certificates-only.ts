import { tlv } from '@cardwright/cms/authority';

const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT_0 = 0xa0;
const CONTEXT_1 = 0xa1;
const VERSION_1 = Buffer.from('020101', 'hex');
/** DER encodings of the OIDs 1.2.840.113549.1.7.1 and 1.2.840.113549.1.7.2. */
const DATA = Buffer.from('06092a864886f70d010701', 'hex');
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');

/**
 * Encodes a degenerate SignedData, which carries certificates or a CRL and no signature (RFC 8894, 3.4). Clients take the first certificate for the
 * requested certificate, so the order is kept, although DER would sort a SET.
 *
 * @param certificates certificates in DER
 * @param crl CRL in DER
 * @returns a ContentInfo, in DER except for the order of the certificates
 */
export function certificatesOnly(certificates: readonly Uint8Array[], crl?: Uint8Array): Uint8Array {
  const signedData = tlv(
    SEQUENCE,
    VERSION_1,
    tlv(SET),
    tlv(SEQUENCE, DATA),
    ...(certificates.length > 0 ? [tlv(CONTEXT_0, ...certificates)] : []),
    ...(crl ? [tlv(CONTEXT_1, crl)] : []),
    tlv(SET),
  );
  return tlv(SEQUENCE, SIGNED_DATA, tlv(CONTEXT_0, signedData));
}
