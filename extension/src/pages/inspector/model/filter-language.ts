import { FILTER_KEYS, isFilterKey, type FilterKey } from './filter-keys.js';

/**
 * One term of the filter language: `key:value`, or text that is searched everywhere. Terms are separated by blanks, and all of them
 * must match. `-` before a term negates it, a comma in a value means "or", and a text in quotation marks may contain blanks. After a
 * key whose values are free texts, except `session`, a `*` stands for any characters.
 *
 * @example method:key.*,pin.* is:error -code:PIN_INCORRECT duration:>100 "two words"
 */
export interface FilterTerm {
  /** Key of the term; `text` if the term has no key. */
  readonly key: FilterKey | 'text';
  /** Alternatives, one of which must match. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

/**
 * A problem in a filter. The text that explains the problem is named `inspector_filter_` and the `reason`. `about` is the part of the filter
 * that this text quotes: the term, its key, or its key and wrong value.
 */
export interface FilterProblem {
  readonly reason: 'quote' | 'key' | 'value' | 'empty';
  readonly about: string;
  /** Suggested text for the term, or only for its key if the key is unknown; empty if no valid text is similar. */
  readonly meant: string;
  /** UTF-16 offsets of the term in the filter. */
  readonly start: number;
  readonly end: number;
}

export interface ParsedFilter {
  readonly terms: readonly FilterTerm[];
  readonly problems: readonly FilterProblem[];
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
}

/** Parses a filter. Terms with a problem are left out, so that the list does not become empty while the user types. */
export function parseFilter(text: string): ParsedFilter {
  const terms: FilterTerm[] = [];
  const problems: FilterProblem[] = [];
  for (const token of tokens(text)) {
    const read = readTerm(token);
    if ('reason' in read) problems.push({ ...read, start: token.start, end: token.end });
    else terms.push(read);
  }
  return { terms, problems };
}

function readTerm(token: Token): FilterTerm | Omit<FilterProblem, 'start' | 'end'> {
  if (!token.closed) return { reason: 'quote', about: token.text, meant: `${token.text}"` };
  const negated = token.text.length > 1 && token.text.startsWith('-');
  const body = negated ? token.text.slice(1) : token.text;
  const [, name, rest] = /^([A-Za-z]+):(.*)$/s.exec(body) ?? [];
  if (name === undefined || rest === undefined) return { key: 'text', values: [unquote(body).toLowerCase()], negated };
  const key = name.toLowerCase();
  // An unknown key is most often a typing error. A text that contains a colon can be put into quotation marks.
  if (!isFilterKey(key)) return { reason: 'key', about: name, meant: nearest(key, Object.keys(FILTER_KEYS)) };
  const values = unquotedParts(rest).filter((value) => value !== '');
  if (values.length === 0) return { reason: 'empty', about: key, meant: FILTER_KEYS[key].example };
  const { accepts, example, values: known } = FILTER_KEYS[key];
  const wrong = values.find((value) => !accepts(value));
  if (wrong !== undefined) {
    const near = nearest(wrong.toLowerCase(), known);
    return { reason: 'value', about: `${key}:${wrong}`, meant: near === '' ? example : `${key}:${near}` };
  }
  return { key, values, negated };
}

function* tokens(text: string): Generator<Token> {
  const pattern = /(?:[^\s"]|"[^"]*("|$))+/g;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    yield { text: found, start: index, end: index + found.length, closed: (found.match(/"/g)?.length ?? 0) % 2 === 0 };
  }
}

const unquote = (text: string): string => text.replaceAll('"', '');

/** Splits a text at commas outside quotation marks. */
const unquotedParts = (text: string): string[] => (text.match(/(?:[^,"]|"[^"]*")+/g) ?? []).map(unquote);

/**
 * Returns a candidate that begins with the word, or else the candidate with the smallest Levenshtein distance, if this distance is at most
 * two and less than the word's length. Returns an empty text if there is no such candidate.
 */
function nearest(word: string, candidates: readonly string[]): string {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: candidate.startsWith(word) ? 0 : distance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 && best.distance < word.length ? best.candidate : '';
}

/** Returns the Levenshtein distance of two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
