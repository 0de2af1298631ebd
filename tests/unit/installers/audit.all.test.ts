import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const TIMEOUT_MS = 45_000;

/** The output of `npm audit --json`: a report, or the reason why there is none. */
interface Report {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

/**
 * Lists the weaknesses of the levels high and critical in a report.
 *
 * @returns null if the registry has not answered, which is not a clean report
 */
function weaknessesIn(printed: string): string[] | null {
  const report = parse(printed);
  if (report?.metadata === undefined || report.vulnerabilities === undefined) return null;
  return Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
    .map(([name]) => name);
}

function parse(printed: string): Report | null {
  try {
    return JSON.parse(printed) as Report;
  } catch {
    // The command was stopped before it had an answer.
    return null;
  }
}

function audit(): string {
  const args = ['audit', '--omit=dev', '--audit-level=high', '--json'];
  return spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', timeout: TIMEOUT_MS }).stdout;
}

const printed = audit();
const weaknesses = weaknessesIn(printed);
const [why] = weaknesses === null ? [parse(printed)?.message ?? 'no answer in time'] : [];

describe('the shipped packages', () => {
  (weaknesses === null ? it.skip : it)(
    `has no known weakness of the level high${why === undefined ? '' : ` (the registry answers no audits: ${why})`}`,
    () => {
      expect(weaknesses).toEqual([]);
    },
  );
});

describe('the report of an audit', () => {
  const report = (vulnerabilities: object): string =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: {} } });

  it('names weaknesses that are high or critical', () => {
    const found = { a: { severity: 'high' }, b: { severity: 'moderate' }, c: { severity: 'critical' } };
    expect(weaknessesIn(report(found))).toEqual(['a', 'c']);
    expect(weaknessesIn(report({}))).toEqual([]);
  });

  it.each(['', '{"message":"405 Method Not Allowed","error":{}}', '<html>'])(
    'is missing if the answer was %j',
    (answer) => {
      expect(weaknessesIn(answer)).toBeNull();
    },
  );
});
