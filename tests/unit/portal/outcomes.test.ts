import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { Outcomes } from '../../../portal/src/server/operations/outcomes.js';

const SENT = ['object.write', 'object.read'];
const written = { method: 'object.write', result: {} };
const read = { method: 'object.read', result: { content: 'AAAA' } };
const removed = { method: 'object.read', error: new CardwrightError('CARD_REMOVED').toWire() };
const invalid = expect.objectContaining({ code: 'INVALID_PARAMS' });

describe('the outcomes of a step', () => {
  it('are read in the order of its commands', () => {
    const outcomes = new Outcomes(SENT, [written, read]);
    expect(outcomes.take('object.write')).toEqual({});
    expect(outcomes.take('object.read')).toEqual({ content: 'AAAA' });
    expect(outcomes.take('object.read')).toBeUndefined();
    expect(outcomes.error).toBeNull();
  });

  it('may end with an error, and then have nothing more', () => {
    const outcomes = new Outcomes(SENT, [written, removed]);
    expect(outcomes.take('object.write')).toEqual({});
    expect(outcomes.take('object.read')).toBeUndefined();
    expect(outcomes.error).toMatchObject({ code: 'CARD_REMOVED' });
  });

  it.each([
    ['fewer than the commands without an error', [written]],
    ['more than the commands', [written, read, read]],
    ['others than the commands', [read, written]],
    ['results after an error', [{ ...removed, method: 'object.write' }, read]],
    ['none at all', []],
  ])('are refused when they are %s', (_what, outcomes) => {
    expect(() => new Outcomes(SENT, outcomes)).toThrow(invalid);
  });

  it('are validated when they are taken', () => {
    const outcomes = new Outcomes(SENT, [written, { method: 'object.read', result: { content: 'not base64url!' } }]);
    outcomes.take('object.write');
    expect(() => outcomes.take('object.read')).toThrow(invalid);
  });
});
