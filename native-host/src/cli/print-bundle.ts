import { describeError, isErrorCode } from '@cardwright/protocol';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import { wireError } from '@cardwright/protocol/messages';
import type { CommandFailure, SupportBundle, TraceEntry, TraceFile } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { verdictOf } from '../checks/index.js';
import { remedyOfCode } from '../checks/check.js';
import { printFindings } from './doctor.js';
import { printJson, printLines, type Print } from './print.js';

/** Prints a support bundle: the verdict first, then the checks that led to it, and the rest. */
export function printBundle(bundle: SupportBundle, print: Print): void {
  const { checks, versions, environment, policy, failures = [], trace, log, made, madeBy } = bundle;
  const verdict = verdictOf(checks);
  print(verdict);
  // The last failure follows the verdict, because all checks may pass although a command has just failed.
  const last = failures.at(-1);
  if (last) print(`The command that failed last: ${lineOf(last)}`);
  print(`Made by the ${madeBy} at ${timeOf(made)}.`);
  heading('Checks', print);
  printFindings(checks.map(findingOf), print);
  heading('Versions', print);
  print(`extension ${versions.extension ?? 'not reached'}, host ${versions.host ?? 'not reached'}`);
  for (const [name, value] of Object.entries(environment)) if (value !== '') print(`${name}: ${value}`);
  heading('Policy', print);
  if (policy === null) print('It could not be read.');
  else printJson(policy, print);
  if (failures.length > 0) heading('Last failures', print);
  for (const failure of failures) print(lineOf(failure));
  heading('Sessions', print);
  if (trace === null) print('Nothing was recorded.');
  else printSessions(trace, print);
  heading('Log', print);
  if (log.length === 0) print('It is empty, or could not be read.');
  for (const line of log) print(line);
}

function heading(text: string, print: Print): void {
  printLines(`\n${text}\n${'-'.repeat(text.length)}`, print);
}

const findingOf = (check: DiagnosticCheck) => ({
  check,
  remedy: check.outcome === 'failed' && check.code !== null ? remedyOfCode(check.code) : null,
});

/** Returns a failed command in one line. A bundle of another version may contain codes that this version does not know. */
const lineOf = ({ at, method, code }: CommandFailure): string =>
  `${secondOf(at)}  ${method}: ${code}${isErrorCode(code) ? `, ${describeError(code).message}` : ''}`;

/** Prints each session and its failed commands. */
function printSessions({ sessions, entries, dropped }: TraceFile, print: Print): void {
  if (dropped > 0) print(`${dropped} earlier messages were dropped.`);
  if (sessions.length === 0) print('There was none.');
  for (const { id, origin, started, ended } of sessions) {
    print(`${timeOf(started)}  ${origin}  ${ended === null ? 'still open' : `ended ${timeOf(ended)}`}`);
    const failures = entries.filter((entry) => entry.session === id).flatMap(failuresOf);
    // A message is traced at each hop with the same content, so its failure would be listed several times.
    for (const line of new Set(failures)) print(`  ${line}`);
    if (failures.length === 0) print('  no command failed');
  }
}

const stepResult = v.object({
  outcomes: v.array(v.object({ method: v.string(), error: v.optional(wireError) })),
});

function failuresOf(entry: TraceEntry): string[] {
  if (entry.kind !== 'message') return [];
  const { at, method, type, content, request } = entry;
  const line = (failed: string, error: v.InferOutput<typeof wireError>): string =>
    `${secondOf(at)}  ${failed}: ${error.data.name}, ${error.message}${request === null ? '' : ` (request ${request})`}`;
  if (type === 'error') {
    const error = v.safeParse(wireError, content);
    return error.success ? [line(method, error.output)] : [`${secondOf(at)}  ${method}: an error that cannot be read`];
  }
  const step = v.safeParse(stepResult, content);
  if (type !== 'result' || !step.success) return [];
  return step.output.outcomes.flatMap((outcome) =>
    outcome.error ? [line(`${method}, ${outcome.method}`, outcome.error)] : [],
  );
}

/** Formats a time in milliseconds since 1970. A bundle may contain any number; a number that is not a time is printed unchanged. */
function timeOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

/** Formats a time in UTC to the second, without the zone. */
const secondOf = (milliseconds: number): string => timeOf(milliseconds).slice(0, 19);
