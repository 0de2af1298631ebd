import { readTlvs, toHex, type Tlv } from './tlv.js';
import { tagName, valueWords } from './tag-names.js';

/** One data object with what stands in it. */
export interface TlvNode {
  /** Hexadecimal digits, such as `7F49`. */
  readonly tag: string;
  /** In the words of its standard; empty where none is known. */
  readonly name: string;
  readonly length: number;
  /** Null where it has parts. */
  readonly value: Uint8Array | null;
  /** What the value says, in words; empty where only the bytes say it. */
  readonly words: string;
  readonly parts: readonly TlvNode[];
}

/** Bit of a constructed object (ISO/IEC 7816-4, table 7), in the tag's first byte. */
const CONSTRUCTED = 0x20;
/** Holds objects although it does not say so: discretionary data of GET DATA and PUT DATA. */
const DISCRETIONARY_DATA = 0x53;
/** Objects in objects, at most: a file may come from anyone. */
const MAX_DEPTH = 12;
/** A certificate is told in words elsewhere; its structure would fill the tree. */
const CERTIFICATE = 0x70;

/** The data objects in a command's or an answer's data; empty where they are no BER-TLV. */
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

/** Every certificate (DER) in a tree. */
export function certificatesIn(nodes: readonly TlvNode[]): Uint8Array[] {
  return nodes.flatMap(({ tag, value, parts }) => [
    ...(tag === '70' && value !== null && value.length > 0 ? [value] : []),
    ...certificatesIn(parts),
  ]);
}

/** The tree as lines, for copying. */
export const tlvLines = (nodes: readonly TlvNode[], indent = ''): string[] =>
  nodes.flatMap(({ tag, name, length, value, words, parts }) => [
    `${indent}${tag} ${name} (${length})${words === '' ? '' : ` = ${words}`}${value === null || words !== '' ? '' : ` ${toHex(value)}`}`,
    ...tlvLines(parts, `${indent}  `),
  ]);
