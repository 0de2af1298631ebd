import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import { runChecks, titleOf, verdictOf, type Finding } from '../checks/index.js';
import type { Inventory } from '../devices/inventory.js';
import type { System } from '../system/system.js';
import { EXIT } from './exit-code.js';
import { printJson, type Print } from './print.js';
import { watchReaders } from './watch.js';

export interface DoctorOptions {
  readonly json: boolean;
  readonly watch: boolean;
  readonly system: System;
  readonly print: Print;
  /** Folder of the host's program. Default: the folder of this code. */
  readonly programFolder?: string;
}

/**
 * Checks everything from the browsers to the cards and says what to do about each failure.
 *
 * @returns the exit code: failure if a check failed; a skipped check does not count
 */
export async function doctor(inventory: Inventory, options: DoctorOptions): Promise<number> {
  const { json, watch, system, print, programFolder } = options;
  const findings = await runChecks({
    audience: 'doctor',
    inventory,
    system,
    ...(programFolder === undefined ? {} : { programFolder }),
  });
  const checks = findings.map(({ check }) => check);
  const verdict = verdictOf(checks);
  if (json) {
    printJson({ checks, verdict }, print);
  } else {
    printFindings(findings, print);
    print('');
    print(verdict);
  }
  if (watch) await watchReaders(inventory, print);
  return checks.some(({ outcome }) => outcome === 'failed') ? EXIT.failure : EXIT.success;
}

const OUTCOMES: Readonly<Record<DiagnosticCheck['outcome'], string>> = {
  passed: 'ok',
  failed: 'FAIL',
  skipped: '-',
};

/** Prints the checks in columns, each failure with its code and remedy. */
export function printFindings(findings: readonly Finding[], print: Print): void {
  const titles = findings.map(({ check }) => titleOf(check.id));
  const width = Math.max(0, ...titles.map(({ length }) => length));
  const outcomeWidth = Math.max(...Object.values(OUTCOMES).map(({ length }) => length));
  const margin = ' '.repeat(width + outcomeWidth + 4);
  let before = '';
  for (const [index, { check, remedy }] of findings.entries()) {
    const title = titles[index] ?? '';
    const { outcome, code, detail } = check;
    const head = `${(title === before ? '' : title).padEnd(width)}  ${OUTCOMES[outcome].padEnd(outcomeWidth)}`;
    print(`${head}  ${detail}${code === null ? '' : ` [${code}]`}`.trimEnd());
    for (const line of remedy?.split('\n') ?? []) print(`${margin}${line}`);
    before = title;
  }
}
