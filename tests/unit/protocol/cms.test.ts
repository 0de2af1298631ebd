import { describe, expect, it } from '@jest/globals';
import { operationKind, operationPhase } from '@cardwright/protocol/cms';
import * as v from 'valibot';

const NAMES = ['issue', 'unlock-2', 'a', 'a'.repeat(40)];
const NO_NAMES = ['', 'Issue', '2fa', '-issue', 'un lock', 'öffnen', 'a'.repeat(41), '__proto__', null];

describe('the names that a CMS gives', () => {
  it.each(NAMES)('may be %s, for an operation as for a phase', (name) => {
    expect(v.is(operationKind, name)).toBe(true);
    expect(v.is(operationPhase, { name, text: 'Gravur läuft …' })).toBe(true);
  });

  it.each(NO_NAMES)('cannot be %j', (name) => {
    expect(v.is(operationKind, name)).toBe(false);
    expect(v.is(operationPhase, { name, text: 'Engraving' })).toBe(false);
  });
});

describe("a phase's words", () => {
  it('are one line of 80 characters', () => {
    expect(v.is(operationPhase, { name: 'laser', text: 'x'.repeat(80) })).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['more', 'x'.repeat(81)],
    ['two lines', 'a\nb'],
    ['two lines of Unicode', 'a\u2028b'],
  ])('are not %s', (_what, text) => {
    expect(v.is(operationPhase, { name: 'laser', text })).toBe(false);
  });

  it('do not come without a name, nor as the mere name of before', () => {
    expect(v.is(operationPhase, { text: 'Engraving' })).toBe(false);
    expect(v.is(operationPhase, 'keys')).toBe(false);
  });
});
