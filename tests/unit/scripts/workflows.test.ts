import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = path.resolve(import.meta.dirname, '../../../.github/workflows');

/** Minutes that each command takes at most on a machine with two cores that has nothing installed, and twice as slow as the one of docs/testing.md. */
const TAKES: Readonly<Record<string, number>> = {
  '.ci/run': 30,
  'test:all': 60,
  sweep: 60,
  package: 30,
  mutants: 120,
  fuzz: 60,
};

const jobsOf = (text: string): string[] => text.split(/^ {2}(?=[\w-]+:$)/m).slice(1);

describe.each(readdirSync(FOLDER))('the workflow %s', (name) => {
  const text = readFileSync(path.join(FOLDER, name), 'utf8');

  it('pins every action by the digest of a commit, and names its version', () => {
    const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('may only read the repository, and leaves no token in the clone', () => {
    expect([...text.matchAll(/^\s*permissions:\n((?:\s+\w[\w-]*: \w+\n)+)/gm)].map(([, list]) => list?.trim())).toEqual(
      ['contents: read'],
    );
    const clones = text.match(/uses: actions\/checkout@/g) ?? [];
    expect(text.match(/persist-credentials: false/g)).toHaveLength(clones.length);
  });

  it('lets git work in each clone, which belongs to another user in a container', () => {
    const clones = jobsOf(text).filter((job) => job.includes('uses: actions/checkout@'));
    expect(clones.length).toBeGreaterThan(0);
    const isReady = (job: string): boolean =>
      /safe\.directory "\$GITHUB_WORKSPACE"\n(?: {6}- run: .*\n)* {6}- run: (?:npm |\.ci\/)/.test(job);
    expect(clones.filter((job) => !isReady(job))).toEqual([]);
  });

  it('gives each job more time than it takes', () => {
    const limits = jobsOf(text).flatMap((job) =>
      [...job.matchAll(/^ {4}timeout-minutes: (\d+)$/gm)].map(([, minutes]) => ({
        minutes: Number(minutes),
        runs: /run: (?:npm run )?(\S+)$/m.exec(
          job.slice(job.indexOf('checkout@')).replace(/^.*safe\.directory.*$/m, ''),
        )?.[1],
      })),
    );
    expect(limits.length).toBeGreaterThan(0);
    expect(limits.filter(({ runs = '', minutes }) => minutes < (TAKES[runs] ?? Infinity))).toEqual([]);
  });
});

describe('the workflow for each change', () => {
  const text = readFileSync(path.join(FOLDER, 'ci.yml'), 'utf8');

  it('runs the test command of the README', () => {
    expect(text).toMatch(/run: \.ci\/run$/m);
  });

  it('runs all cases of the fault sweep each night', () => {
    const nightly = jobsOf(text).filter((job) => job.includes("if: github.event_name == 'schedule'"));
    expect(nightly.map((job) => /run: npm run sweep$/m.test(job))).toEqual([true]);
    expect(text).toMatch(/^ {2}schedule:\n {4}- cron: /m);
  });
});

it('the weekly workflow runs all mutants', () => {
  const text = readFileSync(path.join(FOLDER, 'weekly.yml'), 'utf8');
  expect(text).toMatch(/^ {2}schedule:\n {4}- cron: '\d+ \d+ \* \* \d'$/m);
  expect(text).toMatch(/run: npm run mutants$/m);
});

it('the workflow of hostile input sends all of it once a week', () => {
  const text = readFileSync(path.join(FOLDER, 'fuzz.yml'), 'utf8');
  expect(text).toMatch(/^ {2}schedule:\n {4}- cron: '\d+ \d+ \* \* \d'$/m);
  expect(text).toMatch(/run: npm run fuzz$/m);
});
