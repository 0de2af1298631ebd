import { inspect } from 'node:util';

/**
 * Describes the first difference between a value and the expected value. Returns undefined if they do not differ. A member that is undefined
 * equals a missing member. Prototypes are not compared, because some runners give their tests built-in classes of their own.
 */
export function findDifference(actual: unknown, expected: unknown): string | undefined {
  const found = compare(actual, expected, '');
  if (!found) return undefined;
  const at = found.at === '' ? '' : `${found.at.replace(/^\./, '')} `;
  return `${at}is ${show(found.actual)}, expected ${show(found.expected)}`;
}

interface Difference {
  /** A path such as `[0].appliedAt`. */
  readonly at: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

function compare(actual: unknown, expected: unknown, at: string): Difference | undefined {
  if (Object.is(actual, expected)) return undefined;
  const [kind, expectedKind] = [kindOf(actual), kindOf(expected)];
  if (kind !== expectedKind || kind === 'value') return { at, actual, expected };
  if (kind === 'date') return Number(actual) === Number(expected) ? undefined : { at, actual, expected };
  const [members, expectedMembers] = [membersOf(actual), membersOf(expected)];
  // Two lists of different lengths are reported as a whole, because the missing item is seldom the last item.
  if (kind === 'list' && members.size !== expectedMembers.size) return { at, actual, expected };
  for (const name of new Set([...expectedMembers.keys(), ...members.keys()])) {
    const place = kind === 'list' ? `${at}[${name}]` : `${at}.${name}`;
    const found = compare(members.get(name), expectedMembers.get(name), place);
    if (found) return found;
  }
  return undefined;
}

type Kind = 'value' | 'date' | 'list' | 'object';

function kindOf(value: unknown): Kind {
  if (typeof value !== 'object' || value === null) return 'value';
  if (Array.isArray(value)) return 'list';
  return Object.prototype.toString.call(value) === '[object Date]' ? 'date' : 'object';
}

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

/** Maximum number of characters of a value in a message. */
const LONGEST = 200;

function show(value: unknown): string {
  const text = inspect(value, { depth: 5, breakLength: Infinity });
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
