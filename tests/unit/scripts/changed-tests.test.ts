import { describe, expect, it } from '@jest/globals';
import { chooseTests, comparedWith, MOST_SECONDS, withoutChanged } from '../../../scripts/changed-tests.mjs';

const FILES_TEST = 'tests/unit/scripts/test-files.test.ts';
const ENROLMENT_TEST = 'tests/unit/sdk/add-mobile/enrolment.test.ts';
const WALK = 'tests/e2e/issuance/issuance.test.ts';
const SOURCES = [
  'scripts/thorough.mjs',
  'scripts/test-files.mjs',
  'sdk/package.json',
  'sdk/src/index.ts',
  FILES_TEST,
  ENROLMENT_TEST,
  WALK,
];
const choose = (changed: string[], costs: Record<string, number> = {}) =>
  chooseTests({ changed, sources: SOURCES, costs });

describe('what a change reaches', () => {
  it('is the tests that import it, over other modules too', () => {
    expect(choose(['scripts/thorough.mjs']).files).toEqual([FILES_TEST]);
  });

  it('is the tests that import it by the entry of a package', () => {
    expect(choose(['sdk/src/index.ts']).files).toEqual([ENROLMENT_TEST]);
  });

  it('is a test itself', () => {
    expect(choose([ENROLMENT_TEST]).files).toEqual([ENROLMENT_TEST]);
  });

  it('is every test for what all run on', () => {
    expect(choose(['tests/environment.mjs']).files).toEqual([FILES_TEST, ENROLMENT_TEST]);
  });

  it('is for a document only what names it, which is said', () => {
    const { files, lines } = choose(['docs/nowhere.md']);
    expect(files).toEqual([]);
    expect(lines.at(-1)).toMatch(/1 changed file without imports/);
  });
});

describe('the order', () => {
  it('has the dearest last', () => {
    const changed = ['scripts/thorough.mjs', 'sdk/src/index.ts'];
    expect(choose(changed, { [FILES_TEST]: 3, [ENROLMENT_TEST]: 1 }).files).toEqual([ENROLMENT_TEST, FILES_TEST]);
    expect(choose(changed, { [FILES_TEST]: 1, [ENROLMENT_TEST]: 3 }).files).toEqual([FILES_TEST, ENROLMENT_TEST]);
  });
});

describe('what is left out', () => {
  it('is told by number and reason where it takes too long', () => {
    const { files, lines } = choose(['sdk/src/index.ts', FILES_TEST], { [ENROLMENT_TEST]: MOST_SECONDS });
    expect(files).toEqual([FILES_TEST]);
    expect(lines).toContain('  1 left out: no time left in two minutes (tests/unit)');
  });

  it('has every test of what the build makes of a changed source, whatever that test imports', () => {
    expect(choose(['sdk/src/elements/text.ts']).lines).toEqual([
      '1 file changed. Of 1 file of tests that this can reach, 0 run now, the cheapest first.',
      '  1 left out: starts or reads what the build makes (tests/e2e)',
    ]);
  });
});

it('reads from its option what to compare with', () => {
  expect(comparedWith(['--changed'])).toBe('HEAD');
  expect(comparedWith(['--changed=main', 'tests/unit'])).toBe('main');
  expect(comparedWith(['tests/unit'])).toBeUndefined();
  expect(withoutChanged(['--changed=main', '-t', 'a'])).toEqual(['-t', 'a']);
});
