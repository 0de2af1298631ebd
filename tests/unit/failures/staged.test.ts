import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, isErrorCode } from '@cardwright/protocol';
import { STAGED, STAGES, type Floor } from '../../support/failures/staged.js';

/** Codes that are staged from the browser to the card, or at the host. */
const LEAST_STAGED = 60;
/** Codes that are not staged at all: a new one needs a staging, or a good reason here. */
const UNSTAGED = ['HOST_INTERPRETER_FORBIDDEN', 'HOST_BLOCKED', 'BROWSER_SANDBOXED'];

const codesOn = (...floors: readonly string[]) =>
  Object.entries(STAGED).flatMap(([code, { floor }]) => (floors.includes(floor) ? [code] : []));
const textOf = (floor: Floor) => readFileSync(new URL(`../../../${STAGES[floor]}`, import.meta.url), 'utf8');

describe('the list of staged failures', () => {
  it('has every code of the catalogue, and no other', () => {
    expect(Object.keys(STAGED).filter((code) => !isErrorCode(code))).toEqual([]);
    expect(Object.keys(errorCatalogue).filter((code) => !Object.hasOwn(STAGED, code))).toEqual([]);
  });

  it('stages at least 60 codes end to end or at the host', () => {
    expect(codesOn('browser', 'host', 'doctor').length).toBeGreaterThanOrEqual(LEAST_STAGED);
  });

  it('says why the few others cannot be staged', () => {
    const reasons = Object.values(STAGED).flatMap((staged) => (staged.floor === 'nowhere' ? [staged.reason] : []));
    expect(codesOn('nowhere')).toEqual(UNSTAGED);
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  });

  it.each(codesOn('doctor'))('has %s found by the tests of doctor', (code) => {
    expect(textOf('doctor')).toMatch(new RegExp(`'${code}'`));
  });
});
