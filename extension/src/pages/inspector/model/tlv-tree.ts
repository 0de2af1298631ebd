import { readTlvs, toHex, type Tlv } from './tlv.js';
import { tagName, valueWords } from './tag-names.js';

/** One data object with its parts. */
export interface TlvNode {
  /** Hexadecimal digits, such as `7F49`. */
  readonly tag: string;
  /** Name in the words of its standard; empty if unknown. */
  readonly name: string;
  readonly length: number;
  /** Null if it has parts. */
  readonly value: Uint8Array | null;
  /** Meaning of the value, in words; empty if only the bytes have one. */
  readonly words: string;
  readonly parts: readonly TlvNode[];
}

/** Bit of a constructed object (ISO/IEC 7816-4, table 7), in the tag's first byte. */
const CONSTRUCTED = 0x20;
/** Contains objects without being marked as constructed: discretionary data of GET DATA and PUT DATA. */
const DISCRETIONARY_DATA = 0x53;
/** Maximum depth of nested objects, because a file may come from anyone. */
const MAX_DEPTH = 12;
/** A certificate is described in words elsewhere. Its structure would fill the tree. */
const CERTIFICATE = 0x70;

/** Reads the data objects in the data of a command or a response; empty if they are not BER-TLV. */
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

/** Collects every certificate (DER) in a tree. */
export function certificatesIn(nodes: readonly TlvNode[]): Uint8Array[] {
  return nodes.flatMap(({ tag, value, parts }) => [
    ...(tag === '70' && value !== null && value.length > 0 ? [value] : []),
    ...certificatesIn(parts),
  ]);
}

/** Writes the tree as lines, for copying. */
export const tlvLines = (nodes: readonly TlvNode[], indent = ''): string[] =>
  nodes.flatMap(({ tag, name, length, value, words, parts }) => [
    `${indent}${tag} ${name} (${length})${words === '' ? '' : ` = ${words}`}${value === null || words !== '' ? '' : ` ${toHex(value)}`}`,
    ...tlvLines(parts, `${indent}  `),
  ]);
