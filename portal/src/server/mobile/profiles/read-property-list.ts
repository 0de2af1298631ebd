import { parse, type PlistValue } from 'plist';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Maximum depth of nested elements. A phone's answer is one dictionary of texts. */
const DEEPEST = 8;
const CONTAINERS: ReadonlySet<string> = new Set(['plist', 'dict', 'array']);

const DECLARATION = /^\s*(?:<\?xml [^<>&]*\?>)?\s*(?:<!DOCTYPE plist(?: PUBLIC "[^"<>[\]&]*" "[^"<>[\]&]*")?\s*>)?\s*/;
/**
 * Matches a tag, or the text before the next tag. Does not match comments, CDATA, processing instructions, or entities other than those of XML
 * itself.
 */
const TOKEN =
  /<(?<close>\/?)(?<tag>plist|dict|array|key|string|integer|real|data|date|true|false)(?: version="1\.0")?\s*(?<empty>\/?)>|(?:[^<>&]|&(?:amp|lt|gt|quot|apos);)+/y;

/**
 * Reads a property list from an untrusted sender. Accepts XML in UTF-8 with a single dictionary and without duplicate keys, and refuses anything
 * else.
 *
 * The library for property lists also reads binary and OpenStep lists, takes the last of duplicate keys, and prints complaints to the console. So the
 * library gets the text after `countKeys` has found it well-formed.
 *
 * @throws UnreadableAnswer
 */
export function readPropertyList(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  const text = decode(bytes);
  const keys = countKeys(text);
  const list = parseChecked(text);
  if (!isDictionary(list)) throw new UnreadableAnswer('The content is a property list, but no dictionary.');
  if (keysWithin(list) !== keys) throw new UnreadableAnswer('The property list has a key twice.');
  return new Map(Object.entries(list));
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableAnswer('The content is not UTF-8.', { cause });
  }
}

/** An open element, with the number of its children. */
interface OpenElement {
  readonly tag: string;
  children: number;
}

/**
 * Counts the keys at any depth.
 *
 * @throws UnreadableAnswer if the text is not one well-formed property list
 */
function countKeys(text: string): number {
  const open: OpenElement[] = [];
  let keys = 0;
  let roots = 0;
  const token = new RegExp(TOKEN);
  token.lastIndex = DECLARATION.exec(text)?.[0].length ?? 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) throw notWellFormed();
    const { tag, close, empty } = match.groups ?? {};
    const parent = open.at(-1);
    if (tag === undefined) {
      if (match[0].trim() !== '' && (!parent || CONTAINERS.has(parent.tag))) throw notWellFormed();
    } else if (close) {
      if (empty || parent?.tag !== tag || (tag === 'dict' && parent.children % 2 === 1)) throw notWellFormed();
      open.pop();
    } else {
      if (!mayStand(tag, parent) || (tag === 'plist' && roots > 0)) throw notWellFormed();
      if (parent) parent.children += 1;
      else roots += 1;
      if (tag === 'key') keys += 1;
      if (!empty) open.push({ tag, children: 0 });
      if (open.length > DEEPEST) throw new UnreadableAnswer('The property list is too deep.');
    }
  }
  if (open.length > 0 || roots !== 1) throw notWellFormed();
  return keys;
}

const mayStand = (tag: string, parent: OpenElement | undefined): boolean =>
  parent ? tag !== 'plist' && CONTAINERS.has(parent.tag) : tag === 'plist';

const notWellFormed = (): UnreadableAnswer => new UnreadableAnswer('The content is no property list.');

function parseChecked(text: string): PlistValue {
  try {
    return parse(text);
  } catch (cause) {
    // The text is well-formed, but has a value before its key, invalid base64, or an `integer` or `real` that is no number.
    throw new UnreadableAnswer('The content is no property list.', { cause });
  }
}

const isDictionary = (value: PlistValue): value is Record<string, PlistValue> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function keysWithin(value: PlistValue): number {
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + keysWithin(inner), 0);
  if (!isDictionary(value)) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + 1 + keysWithin(inner), 0);
}
