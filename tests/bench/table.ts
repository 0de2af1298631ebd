import type { Goal, Unit } from './measurement.js';
import type { Result } from './run-measurement.js';

const HEAD = ['name', 'figure', 'reference', 'ratio', 'goal', 'spread'];

/** Writes the results as a Markdown table, whose columns are aligned. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

/** Says which goals are missed, a line each. */
export function verdictOf(results: readonly Result[]): string {
  const missed = results.filter(({ isMissed }) => isMissed);
  if (missed.length === 0) return 'Every goal is met.';
  return missed.map(({ line, ratio }) => `Missed: ${line.name}: ${ratioOf(ratio)}, ${goalOf(line.goal)}.`).join('\n');
}

function rowOf({ line, figure, reference, ratio, spread }: Result): string[] {
  const { name, beside, unit, goal } = line;
  const measured = `${amountOf(reference, unit)}: ${beside}`;
  return [name, amountOf(figure, unit), measured, ratioOf(ratio), goalOf(goal), spread.map(ratioOf).join('–')];
}

const goalOf = (goal: Goal): string => ('atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`);

const ratioOf = (ratio: number): string => ratio.toFixed(ratio < 0.1 ? 3 : 2);

/** Writes an amount with three digits, and every digit before the point. */
function amountOf(amount: number, unit: Unit): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(amount)));
  const text = Number(amount.toFixed(unit === 'bytes' ? 0 : digits)).toLocaleString('en');
  return unit === '/s' ? `${text}/s` : `${text} ${unit}`;
}
