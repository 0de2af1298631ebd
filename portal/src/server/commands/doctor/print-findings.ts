import { AREAS } from '../../../features/list.js';
import type { Finding, Outcome } from '../../findings/finding.js';

const MARKS: Readonly<Record<Outcome, string>> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM', skipped: '-' };
const AREA_WIDTH = Math.max(...Object.values(AREAS).map(({ length }) => length));
const MARK_WIDTH = Math.max(...Object.values(MARKS).map(({ length }) => length));
const MARGIN = ' '.repeat(AREA_WIDTH + MARK_WIDTH + 4);

/** Prints findings in columns, by area, each with its advice below it. The last line is the verdict (`verdictOf`). */
export function printFindings(findings: readonly Finding[], print: (line: string) => void): void {
  let before = '';
  for (const { area, outcome, text, advice } of sorted(findings)) {
    const title = AREAS[area] ?? area;
    print(`${(title === before ? '' : title).padEnd(AREA_WIDTH)}  ${MARKS[outcome].padEnd(MARK_WIDTH)}  ${text}`);
    if (advice !== null) print(`${MARGIN}${advice}`);
    before = title;
  }
  print('');
  print(verdictOf(findings));
}

/** Sorts findings by the order of the areas. */
export function sorted(findings: readonly Finding[]): Finding[] {
  const order = Object.keys(AREAS);
  return [...findings].sort((a, b) => order.indexOf(a.area) - order.indexOf(b.area));
}

/** Returns the numbers of problems, warnings and skipped checks in one line, or `All is well.` if there are none of these. */
export function verdictOf(findings: readonly Finding[]): string {
  const count = (outcome: Outcome): number => findings.filter((finding) => finding.outcome === outcome).length;
  const parts = [
    counted(count('problem'), 'problem'),
    counted(count('warning'), 'warning'),
    count('skipped') === 0 ? null : `${count('skipped')} not checked`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'All is well.' : `${parts.join(', ')}.`;
}

const counted = (count: number, what: string): string | null =>
  count === 0 ? null : `${count} ${what}${count === 1 ? '' : 's'}`;
