import { describe, expect, it } from '@jest/globals';
import { operatorsWords, whyDeclined } from '@cardwright/cms/devices';
import { operatorsReason } from '../../../cms/src/devices/operators-words.js';

describe('the reason of a state', () => {
  it.each(['Lost in the train.', 'Wie besprochen: weg', 'terminated by an operator: twice', ' '])(
    'returns the words of an operator: %j',
    (words) => {
      expect(operatorsWords({ stateReason: operatorsReason('terminated', words) })).toBe(words);
    },
  );

  it.each([null, operatorsReason('suspended'), 'CARD_REMOVED', 'deleted by its owner'])(
    'contains no words of an operator if none wrote any: %j',
    (stateReason) => {
      expect(operatorsWords({ stateReason })).toBeNull();
    },
  );

  it('marks a declined device only if an operator declined it', () => {
    const stateReason = operatorsReason('declined', 'Not ours.');
    expect(whyDeclined({ state: 'failed', stateReason })).toBe('Not ours.');
    expect(whyDeclined({ state: 'terminated', stateReason })).toBeNull();
    expect(whyDeclined({ state: 'failed', stateReason: operatorsReason('released', 'Not ours.') })).toBeNull();
  });
});
