import { durationOf, type CommandGroup } from './command-group.js';
import { stepCommands, type ComparedCommand } from './step-commands.js';

export interface ComparedRow {
  readonly left: ComparedCommand | null;
  readonly right: ComparedCommand | null;
  /** Set if both sides have the same command with the same outcome and error code. */
  readonly same: boolean;
}

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** Index of the first row that differs; -1 if all rows are the same. */
  readonly firstDifference: number;
  /** Set if commands were left out because there are too many. */
  readonly cut: boolean;
}

/** Maximum number of commands that are compared on each side. The table needs memory for the square of this number. */
const MAX_COMMANDS = 2_000;

/**
 * Returns the commands of a session in their order. The commands of a step follow the step. Groups for which no answer is expected (`told`)
 * are left out.
 */
export function commandsOf(groups: readonly CommandGroup[], session: string): ComparedCommand[] {
  return groups
    .filter((group) => group.session === session && group.outcome !== 'told')
    .flatMap((group) => [
      {
        method: group.method,
        outcome: group.outcome,
        code: group.code,
        duration: durationOf(group.span),
        inStep: false,
        group,
      },
      ...stepCommands(group),
    ]);
}

/**
 * Aligns two sequences of commands: first by the longest common subsequence of commands with the same method, outcome and error code, then
 * the remaining commands by method.
 */
export function compare(left: readonly ComparedCommand[], right: readonly ComparedCommand[]): Comparison {
  const a = left.slice(0, MAX_COMMANDS);
  const b = right.slice(0, MAX_COMMANDS);
  const rows: ComparedRow[] = [];
  let pendingLeft: ComparedCommand[] = [];
  let pendingRight: ComparedCommand[] = [];
  const settle = (): void => {
    rows.push(...oppose(pendingLeft, pendingRight));
    pendingLeft = [];
    pendingRight = [];
  };
  for (const [one, other] of align(a, b)) {
    if (one !== null && other !== null) {
      settle();
      rows.push({ left: one, right: other, same: true });
    } else if (one !== null) pendingLeft.push(one);
    else if (other !== null) pendingRight.push(other);
  }
  settle();
  return {
    rows,
    firstDifference: firstDifferenceIn(rows),
    cut: left.length > MAX_COMMANDS || right.length > MAX_COMMANDS,
  };
}

/**
 * Returns the index of the first row that differs; -1 if all rows are the same. If that row compares two steps whose commands differ,
 * returns the index of the first row with different commands instead, because that row says more.
 */
function firstDifferenceIn(rows: readonly ComparedRow[]): number {
  const first = rows.findIndex(({ same }) => !same);
  const isStep = rows[first]?.left?.inStep === false && rows[first].right?.inStep === false;
  if (!isStep) return first;
  const length = rows.slice(first + 1).findIndex(({ left, right }) => (left ?? right)?.inStep === false);
  const end = length === -1 ? rows.length : first + 1 + length;
  const inside = rows.slice(first + 1, end).findIndex(({ same }) => !same);
  return inside === -1 ? first : first + 1 + inside;
}

const nameOf = ({ method, outcome, code, inStep }: ComparedCommand): string => `${inStep} ${method} ${outcome} ${code}`;

type Pair = readonly [ComparedCommand | null, ComparedCommand | null];

function align(a: readonly ComparedCommand[], b: readonly ComparedCommand[]): Pair[] {
  const width = b.length + 1;
  // `at(i, j)` is the length of the longest common subsequence of the commands from `i` in `a` and from `j` in `b`.
  const longest = new Uint16Array((a.length + 1) * width);
  const names = { a: a.map(nameOf), b: b.map(nameOf) };
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = names.a[i] === names.b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const one = a[i] ?? null;
    const other = b[j] ?? null;
    if (one !== null && other !== null && names.a[i] === names.b[j]) {
      pairs.push([one, other]);
      i += 1;
      j += 1;
    } else if (one !== null && (other === null || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push([one, null]);
      i += 1;
    } else {
      pairs.push([null, other]);
      j += 1;
    }
  }
  return pairs;
}

/** Aligns the commands between two equal rows. Commands with the same method share a row, although their outcomes or codes differ. */
function oppose(left: readonly ComparedCommand[], right: readonly ComparedCommand[]): ComparedRow[] {
  const rows: ComparedRow[] = [];
  let rest = 0;
  for (const one of left) {
    const found = right.findIndex(
      ({ method, inStep }, index) => index >= rest && method === one.method && inStep === one.inStep,
    );
    if (found === -1) {
      rows.push({ left: one, right: null, same: false });
      continue;
    }
    for (const other of right.slice(rest, found)) rows.push({ left: null, right: other, same: false });
    rows.push({ left: one, right: right[found] ?? null, same: false });
    rest = found + 1;
  }
  for (const other of right.slice(rest)) rows.push({ left: null, right: other, same: false });
  return rows;
}
