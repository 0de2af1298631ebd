import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, isErrorCode } from '@cardwright/protocol';
import { STAGED, STAGES } from '../../support/failures/staged.js';

/** Codes that are staged from the browser to the card, or at the host. */
const LEAST_STAGED = 60;
/** Largest number of codes that are not staged at all. Each needs a good reason. */
const MOST_UNSTAGED = 3;

const codesOn = (...floors: readonly string[]) =>
  Object.entries(STAGED).flatMap(([code, { floor }]) => (floors.includes(floor) ? [code] : []));
/** The tests of the host's checks, which nothing but doctor can stage. */
function doctorsTests(): string {
  const folder = new URL(`../../../${STAGES.doctor}/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
}

describe('the list of staged failures', () => {
  it('has every code of the catalogue, and no other', () => {
    expect(Object.keys(STAGED).filter((code) => !isErrorCode(code))).toEqual([]);
    expect(Object.keys(errorCatalogue).filter((code) => !Object.hasOwn(STAGED, code))).toEqual([]);
  });

  it('names tests that there are', () => {
    for (const place of Object.values(STAGES))
      expect([place, existsSync(new URL(`../../../${place}`, import.meta.url))]).toEqual([place, true]);
  });

  it('stages at least 60 codes end to end or at the host', () => {
    expect(codesOn('browser', 'host', 'doctor').length).toBeGreaterThanOrEqual(LEAST_STAGED);
  });

  it('says why the few others cannot be staged', () => {
    const reasons = Object.values(STAGED).flatMap((staged) => (staged.floor === 'nowhere' ? [staged.reason] : []));
    expect(reasons.length).toBeLessThanOrEqual(MOST_UNSTAGED);
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  });

  it.each(codesOn('doctor'))('has %s found by the tests of doctor', (code) => {
    expect(doctorsTests().includes(`'${code}'`)).toBe(true);
  });
});
