import { MAX_JSON_DEPTH } from './limits.js';

/** Names with a special meaning in JavaScript. No message of the protocol has a member of such a name. */
export const RESERVED_NAMES: readonly string[] = ['__proto__', 'prototype', 'constructor'];

/** Characters that cannot be stored: NUL, which some databases refuse in a text, and half a surrogate pair, which UTF-8 cannot express. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Matches a string, or the beginning or end of an object or array. If the string is the name of a member, the group has the colon that follows
 * it.
 */
const TOKENS = /"(?:[^"\\]+|\\.)*"(?=\s*(:)?)|[{}[\]]/g;

/**
 * Reads JSON from outside, as strictly as the protocol does (RFC 7493, I-JSON): no object with two members of the same name, no reserved names, no
 * more levels than `MAX_JSON_DEPTH`, and only text that can be stored.
 *
 * @param options `anyText` accepts text that cannot be stored
 * @throws SyntaxError if the text is no JSON, or breaks one of these rules; the error's message quotes nothing of the text
 * @example
 * readJson('{ "a": 1 }'); // { a: 1 }
 */
export function readJson(text: string, { anyText = false }: { readonly anyText?: boolean } = {}): unknown {
  const value = parse(text);
  // One entry for each object or array that is not closed yet: the member names so far, or null for an array.
  const open: (Set<string> | null)[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token.startsWith('"')) {
      const content = String(JSON.parse(token));
      if (!anyText && UNSTORABLE.test(content)) throw new SyntaxError('JSON with text that cannot be stored');
      if (colon !== undefined) addName(open.at(-1), content);
    } else if ('{['.includes(token)) {
      open.push(token === '{' ? new Set() : null);
      if (open.length > MAX_JSON_DEPTH) throw new SyntaxError('JSON with too many levels');
    } else open.pop();
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message is not passed on, because it quotes the text.
    throw new SyntaxError('not JSON');
  }
}

function addName(names: Set<string> | null | undefined, name: string): void {
  if (names?.has(name)) throw new SyntaxError('JSON with a member that comes twice');
  if (RESERVED_NAMES.includes(name)) throw new SyntaxError('JSON with a reserved name');
  names?.add(name);
}
