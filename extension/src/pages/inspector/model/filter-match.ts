import type { TraceEntry } from '@cardwright/protocol/trace';
import { durationOf, isFault, type CommandGroup, type Span } from './command-group.js';
import { errorCodeOf, hex, methodOf, requestWords, routeOf, searchText, statusDigits } from './entry-facts.js';
import type { FilterTerm } from './filter-language.js';

/** Facts that a term can test, besides the entry itself. */
export interface MatchContext {
  readonly group: CommandGroup;
  readonly span: Span;
  /** Number of the session in the list; 0 if its facts have not arrived yet. */
  readonly session: number;
  readonly origin: string;
}

export type Matcher = (entry: TraceEntry, context: MatchContext) => boolean;

/** Compiles terms into one function that tests entries. */
export function compileFilter(terms: readonly FilterTerm[]): Matcher {
  const tests = terms.map((term) => {
    const any = term.values.map((value) => compileValue(term.key, value));
    return (entry: TraceEntry, context: MatchContext) => any.some((test) => test(entry, context)) !== term.negated;
  });
  return (entry, context) => tests.every((test) => test(entry, context));
}

function compileValue(key: FilterTerm['key'], value: string): Matcher {
  switch (key) {
    case 'text':
      return (entry) => searchText(entry).includes(value);
    case 'is':
      return compileKind(value.toLowerCase());
    case 'method': {
      const fits = pattern(value);
      // An APDU matches by its own command, or by the surrounding request, such as a step.
      return (entry, { group }) => fits(methodOf(entry)) || (entry.kind === 'apdu' && fits(group.method));
    }
    case 'code': {
      const fits = pattern(value);
      return (entry, { group }) => fits((entry.kind === 'apdu' ? group.code : errorCodeOf(entry)) ?? '');
    }
    case 'from':
      return (entry) => routeOf(entry).from === value.toLowerCase();
    case 'to':
      return (entry) => routeOf(entry).to === value.toLowerCase();
    case 'part':
      return (entry) => Object.values(routeOf(entry)).includes(value.toLowerCase() as 'page');
    case 'duration': {
      const within = range(value);
      return (_, { span }) => {
        const duration = durationOf(span);
        return duration !== null && within(duration);
      };
    }
    case 'size': {
      const within = range(value);
      return (entry) => within(sizeOf(entry));
    }
    case 'request': {
      const fits = pattern(value);
      return ({ request }) => request !== null && fits(requestWords(request));
    }
    case 'session':
      return (entry, { session }) => String(session) === value || entry.session.startsWith(value);
    case 'origin': {
      const fits = pattern(value);
      return (_, { origin }) => fits(origin) || origin.toLowerCase().endsWith(`//${value.toLowerCase()}`);
    }
    case 'ins': {
      const fits = pattern(value);
      return (entry) => entry.kind === 'apdu' && (fits(entry.exchange.instruction) || fits(hex(entry.exchange.ins)));
    }
    case 'sw': {
      const digits = new RegExp(`^${value.replaceAll(/x/gi, '[0-9a-f]')}`, 'i');
      return (entry) => entry.kind === 'apdu' && digits.test(statusDigits(entry.exchange.statusWord));
    }
    case 'reader': {
      const fits = pattern(value);
      return (entry) => entry.kind === 'apdu' && fits(entry.exchange.reader);
    }
  }
}

function compileKind(kind: string): Matcher {
  if (kind === 'error') return (entry, { group }) => isFault(entry, group);
  if (kind === 'open') return (_, { group }) => group.outcome === 'open';
  if (kind === 'apdu' || kind === 'message') return (entry) => entry.kind === kind;
  return (entry) => entry.kind === 'message' && entry.type === kind;
}

/** Returns the size of an entry: bytes of command and response for an APDU, UTF-16 code units for a message. */
export const sizeOf = (entry: TraceEntry): number =>
  entry.kind === 'apdu' ? entry.exchange.dataLength + entry.exchange.responseLength : entry.length;

/** Returns a function that tests a whole text against a pattern, ignoring case. `*` stands for any characters. */
function pattern(value: string): (text: string) => boolean {
  const parts = value.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'is');
  return (text) => expression.test(text);
}

function range(value: string): (number: number) => boolean {
  const between = value.split('..');
  const [first = '0', last] = between;
  if (last !== undefined) return (number) => number >= amount(first) && number <= amount(last);
  const limit = amount(first.replace(/^[<>]=?/, ''));
  if (first.startsWith('>=')) return (number) => number >= limit;
  if (first.startsWith('<=')) return (number) => number <= limit;
  if (first.startsWith('>')) return (number) => number > limit;
  if (first.startsWith('<')) return (number) => number < limit;
  return (number) => Math.round(number) === limit;
}

const amount = (text: string): number => Number.parseFloat(text) * (/\ds$/i.test(text) ? 1000 : 1);
