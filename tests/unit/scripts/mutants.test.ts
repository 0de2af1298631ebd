import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { complaintsAbout, faulty, readMutants, readPromises, type Mutant } from '../../../scripts/mutants/list.mjs';
import { withMutants } from '../../../scripts/mutants/publish.mjs';

const ROOT = inRepository();
const list = readMutants(ROOT);

it('tests/mutants.json has mutants that can be made, tests that exist, and some for each promise of docs/security.md', () => {
  expect(complaintsAbout(ROOT, list)).toEqual([]);
});

it('docs/security.md names the mutants of each promise', async () => {
  const document = readFileSync(inRepository('docs/security.md'), 'utf8');
  expect(await withMutants(ROOT, document)).toBe(document);
  expect(list.mutants.filter(({ id }) => !document.includes(`\`${id}\``))).toEqual([]);
});

describe('the list of mutants', () => {
  const [one] = list.mutants;
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-mutants-test-'));
    for (const file of ['docs/security.md', one?.file ?? '', `tests/${one?.tests[0] ?? ''}.test.ts`])
      cpSync(inRepository(file), path.join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Returns what is wrong with a changed mutant, apart from what the others lack. */
  function complaintsWith(changes: Partial<Mutant>): string[] {
    if (!one) throw new Error('there is no mutant');
    const sound = complaintsAbout(folder, { mutants: [one], without: [] });
    return complaintsAbout(folder, { mutants: [{ ...one, ...changes }], without: [] }).filter(
      (complaint) => !sound.includes(complaint),
    );
  }

  it.each<[string, Partial<Mutant>, RegExp]>([
    ['a text that is gone', { text: 'no such text' }, /has its text 0 times/],
    ['a text that stands there twice', { text: 'import' }, /has its text \d+ times, not once/],
    ['a fault that changes nothing', { by: one?.text ?? '' }, /nothing is replaced/],
    ['a file that is gone', { file: 'cms/src/gone.ts' }, /there is no cms\/src\/gone.ts/],
    ['a test that is gone', { tests: ['unit/gone'] }, /there is no test unit\/gone/],
    ['no test', { tests: [] }, /names no test/],
    ['a promise that nobody makes', { promise: 'All is well' }, /makes this promise 0 times/],
  ])('complains about %s', (_what, changes, complaint) => {
    expect(complaintsWith(changes)).toEqual(expect.arrayContaining([expect.stringMatching(complaint)]));
  });

  it('complains about two of one id, about too few, about a promise without any, and about an excuse for one that has some', () => {
    if (!one) throw new Error('there is no mutant');
    const excuse = { promise: one.promise, reason: 'none' };
    const complaints = complaintsAbout(folder, { mutants: [one, one], without: [excuse] }).join('\n');
    expect(complaints).toContain(`${one.id}: two mutants have this id`);
    expect(complaints).toContain('has 2 mutants');
    expect(complaints).toContain('no mutant breaks this promise: ');
    expect(complaints).toContain('has mutants, and an excuse for having none: ');
  });

  it('replaces the text literally', () => {
    if (!one) throw new Error('there is no mutant');
    const by = "$& $1 $' `";
    expect(faulty(folder, { ...one, by })).toBe(
      readFileSync(path.join(folder, one.file), 'utf8').split(one.text).join(by),
    );
  });

  it('reads each promise of section 3 as one line, and nothing else', () => {
    const promises = readPromises(ROOT);
    expect(promises.length).toBeGreaterThan(150);
    expect(promises.filter((promise) => promise.includes('\n') || promise.startsWith('-'))).toEqual([]);
    expect(promises.filter((promise) => !/`|the same file/.test(promise))).toEqual([]);
  });
});
