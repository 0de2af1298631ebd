import { readTlvs, type Tlv } from './tlv.js';
import { tagName, valueWords } from './tag-names.js';

/** One data object with its parts. */
export interface TlvNode {
  /** Tag in hexadecimal digits, such as `7F49`. */
  readonly tag: string;
  /** Name of the object, as its standard calls it; empty if unknown. */
  readonly name: string;
  readonly length: number;
  /** Value of the object; null if the object consists of parts. */
  readonly value: Uint8Array | null;
  /** Meaning of the value in words; empty if the value has no known meaning beyond its bytes. */
  readonly words: string;
  readonly parts: readonly TlvNode[];
}

/** Bit in the first byte of a tag that marks a constructed object (ISO/IEC 7816-4, table 7). */
const CONSTRUCTED = 0x20;
/**
 * Tag of the discretionary data of GET DATA and PUT DATA. These data contain objects, although the tag is not marked as constructed.
 */
const DISCRETIONARY_DATA = 0x53;
/** Maximum depth of nested objects. The depth is limited because a trace file may come from anyone. */
const MAX_DEPTH = 12;
/**
 * Tag of a certificate. The tag is marked as constructed, but its parts are not added to the tree, because the certificate is described
 * in words elsewhere.
 */
const CERTIFICATE = 0x70;

/** Reads the data objects in the data of a command or a response. Returns an empty list if the data are not BER-TLV. */
export function tlvTree(bytes: Uint8Array): readonly TlvNode[] {
  if (bytes.length === 0) return [];
  return (readTlvs(bytes) ?? []).map((tlv) => nodeOf(tlv, [], 0));
}

function nodeOf(tlv: Tlv, path: readonly number[], depth: number): TlvNode {
  const { tag, value } = tlv;
  const parts = depth < MAX_DEPTH && holdsObjects(tlv) ? (readTlvs(value) ?? []) : [];
  const isLeaf = parts.length === 0;
  return {
    tag: tag.toString(16).toUpperCase().padStart(2, '0'),
    name: tagName(tag, path),
    length: value.length,
    value: isLeaf ? value : null,
    words: isLeaf ? valueWords(tag, path, value) : '',
    parts: parts.map((part) => nodeOf(part, [...path, tag], depth + 1)),
  };
}

function holdsObjects({ tag, value, whole }: Tlv): boolean {
  if (tag === DISCRETIONARY_DATA) return true;
  const [first = 0] = whole;
  return tag !== CERTIFICATE && value.length > 0 && (first & CONSTRUCTED) !== 0;
}

/**
 * Returns the values of all certificate objects in a tree, without empty values. A value is DER, or compressed DER if the CertInfo beside
 * it says so.
 */
export function certificatesIn(nodes: readonly TlvNode[]): Uint8Array[] {
  return nodes.flatMap(({ tag, value, parts }) => [
    ...(tag === '70' && value !== null && value.length > 0 ? [value] : []),
    ...certificatesIn(parts),
  ]);
}
