import { FILTER_KEYS, isFilterKey, type FilterKey } from './filter-keys.js';

/**
 * One term of the filter language. All terms, separated by blanks, must match: `key:value`, or text that is searched everywhere. `-`
 * before a term negates it, a comma in a value means "or", `*` stands for anything, quotation marks keep blanks together.
 *
 * @example method:key.*,pin.* is:error -code:PIN_INCORRECT duration:>100 "two words"
 */
export interface FilterTerm {
  /** `text` for a term without a key. */
  readonly key: FilterKey | 'text';
  /** Alternatives, one of which must match. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** The reason why a filter is invalid: a text's key below `inspector_filter_`, and its subject. */
export interface FilterProblem {
  readonly reason: 'quote' | 'key' | 'value' | 'empty';
  readonly about: string;
  /** The word that was probably meant; empty if none is near. */
  readonly meant: string;
  /** UTF-16 offsets of the term. */
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

/** Parses a filter. A term with a problem is left out, so that typing does not empty the list. */
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
  // An unknown key is most often a typing error; a text with a colon can be quoted.
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

/** Splits at commas outside quotation marks. */
const unquotedParts = (text: string): string[] => (text.match(/(?:[^,"]|"[^"]*")+/g) ?? []).map(unquote);

/** Returns the candidate that is at most two letters away, or begins with the word; empty if there is none. */
function nearest(word: string, candidates: readonly string[]): string {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: candidate.startsWith(word) ? 0 : distance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 && best.distance < word.length ? best.candidate : '';
}

/** Returns the Levenshtein distance. */
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
