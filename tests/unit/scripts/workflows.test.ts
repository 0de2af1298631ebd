import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = path.resolve(import.meta.dirname, '../../../.github/workflows');

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

  it('runs the test command of the README', () => {
    expect(text).toMatch(/run: \.ci\/run$/m);
  });

  it('runs all cases of the fault sweep each night', () => {
    const jobs = text.split(/^ {2}(?=[\w-]+:$)/m);
    const nightly = jobs.filter((job) => job.includes("if: github.event_name == 'schedule'"));
    expect(nightly.map((job) => /run: npm run sweep$/m.test(job))).toEqual([true]);
    expect(text).toMatch(/^ {2}schedule:\n {4}- cron: /m);
  });
});
