import * as asn1js from 'asn1js';

/**
 * What the largest honest message needs several times over. Octet strings are not looked into: an encrypted one would only
 * look like ASN.1 by chance.
 */
const LIMITS = { maxDepth: 40, maxNodes: 2000, parseEmbedded: false } as const;

/**
 * Reads one element of BER, which is all there is; iPhones write indefinite lengths and octet strings in pieces.
 *
 * @throws Error where it is something else
 */
export function readBer(bytes: Uint8Array): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(new Uint8Array(bytes), LIMITS);
  if (offset !== bytes.length) throw new Error('This is not one element of BER.');
  return result;
}

/** The encoding of an element that was put together here or read before. */
export const encoded = (element: { toSchema(): asn1js.BaseBlock }): Uint8Array =>
  new Uint8Array(element.toSchema().toBER());

/** The bytes of an octet string, in one piece or several. */
export function octetsOf(element: unknown): Uint8Array {
  if (!(element instanceof asn1js.OctetString)) throw new Error('This is not an octet string.');
  return new Uint8Array(element.getValue());
}
