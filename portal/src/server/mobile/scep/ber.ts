import * as asn1js from 'asn1js';

/**
 * Limits for the parser. They are several times what the largest message of a real client needs. The content of octet strings is not parsed, because
 * encrypted content that looks like ASN.1 by chance would be misread.
 */
const LIMITS = { maxDepth: 40, maxNodes: 2000, parseEmbedded: false } as const;

/**
 * Reads a single element of BER, with nothing after it. iPhones write indefinite lengths, and octet strings in pieces.
 *
 * @throws Error if the bytes are anything else
 */
export function readBer(bytes: Uint8Array): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(new Uint8Array(bytes), LIMITS);
  if (offset !== bytes.length) throw new Error('This is not one element of BER.');
  return result;
}

/** Returns the bytes of an element, whether the element was composed or read here. */
export const encoded = (element: { toSchema(): asn1js.BaseBlock }): Uint8Array =>
  new Uint8Array(element.toSchema().toBER());

/**
 * Returns the bytes of an octet string, in one piece or several.
 *
 * @throws Error if the element is no octet string
 */
export function octetsOf(element: unknown): Uint8Array {
  if (!(element instanceof asn1js.OctetString)) throw new Error('This is not an octet string.');
  return new Uint8Array(element.getValue());
}
