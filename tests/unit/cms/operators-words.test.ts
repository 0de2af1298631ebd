import { describe, expect, it } from '@jest/globals';
import { operatorsWords, whyDeclined } from '@cardwright/cms';
import { operatorsReason } from '../../../cms/src/devices/operators-words.js';

describe('the reason of a state', () => {
  it.each(['Lost in the train.', 'Wie besprochen: weg', 'terminated by an operator: twice', ' '])(
    'gives the words of an operator back: %j',
    (words) => {
      expect(operatorsWords({ stateReason: operatorsReason('terminated', words) })).toBe(words);
    },
  );

  it.each([null, operatorsReason('suspended'), 'CARD_REMOVED', 'deleted by its owner'])(
    'has no words of an operator where none wrote any: %j',
    (stateReason) => {
      expect(operatorsWords({ stateReason })).toBeNull();
    },
  );

  it('is that of a declined device only where an operator declined it', () => {
    const stateReason = operatorsReason('declined', 'Not ours.');
    expect(whyDeclined({ state: 'failed', stateReason })).toBe('Not ours.');
    expect(whyDeclined({ state: 'terminated', stateReason })).toBeNull();
    expect(whyDeclined({ state: 'failed', stateReason: operatorsReason('released', 'Not ours.') })).toBeNull();
  });
});
