import { MAX_JSON_DEPTH } from './limits.js';

/** Names with a special meaning in JavaScript. No part of the protocol has them. */
export const RESERVED_NAMES: readonly string[] = ['__proto__', 'prototype', 'constructor'];

/** NUL, which databases keep in no text, and a half of a surrogate pair, which UTF-8 cannot express. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Reads JSON from outside, as strictly as the protocol does (RFC 7493, I-JSON): each member once, and none with a reserved name, no more
 * levels than `MAX_JSON_DEPTH`, and only text that can be stored.
 *
 * @param options `anyText` accepts text that cannot be stored
 * @throws SyntaxError that quotes nothing of the text
 * @example
 * readJson('{ "a": 1 }'); // { a: 1 }
 */
export function readJson(text: string, { anyText = false }: { readonly anyText?: boolean } = {}): unknown {
  const value = parse(text);
  // The names of each open object; null for an array.
  const open: (Set<string> | null)[] = [];
  const tokens = /["{}[\]]/g;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    const [sign] = token;
    if (sign === '"') {
      const end = endOfString(text, token.index);
      tokens.lastIndex = end;
      const content = contentOf(text.slice(token.index, end));
      if (!anyText && UNSTORABLE.test(content)) throw new SyntaxError('JSON with text that cannot be stored');
      const names = open.at(-1);
      if (names && isName(text, end)) addName(names, content);
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? new Set() : null);
      if (open.length > MAX_JSON_DEPTH) throw new SyntaxError('JSON with too many levels');
    } else open.pop();
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new SyntaxError('not JSON');
  }
}

function addName(names: Set<string>, name: string): void {
  if (names.has(name)) throw new SyntaxError('JSON with a member that comes twice');
  if (RESERVED_NAMES.includes(name)) throw new SyntaxError('JSON with a reserved name');
  names.add(name);
}

/** Finds the end of a string that begins at an index: behind its closing quotation mark. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text[first - 1] === '\\') first -= 1;
  return (index - first) % 2 === 1;
}

/** Returns the text of a JSON string, given with its quotation marks. */
const contentOf = (string: string): string =>
  string.includes('\\') ? String(JSON.parse(string)) : string.slice(1, -1);

/** True if a colon follows, after white space. */
function isName(text: string, end: number): boolean {
  let index = end;
  while (/\s/.test(text.charAt(index))) index += 1;
  return text[index] === ':';
}
