/** @own-modules because the language of a page stays in its module. */
import { describe, expect, it } from '@jest/globals';
import { nothing } from 'lit';
import { operatorsReason } from '../../../cms/src/devices/operators-words.js';

// The page is in German. Lit and the words need the rest.
Object.assign(globalThis, {
  document: { documentElement: { lang: 'de' }, createTreeWalker: () => ({}), querySelector: () => null },
  navigator: { languages: ['de'] },
});
const { saidOf, technicalLine } = await import('../../../portal/src/pages/event-detail.js');

type Entry = Parameters<typeof saidOf>[0];

/** Returns the shown words of an entry, and its technical details; null if it has none. */
function shown(entry: Entry): { words: unknown[]; technical: unknown } {
  const line = technicalLine(entry);
  return {
    words: saidOf(entry).map(({ values: [words] }) => words),
    technical: line === nothing ? null : (line as { values: unknown[] }).values.at(-1),
  };
}

const changed = (reason: string | null): Entry => ({
  event: 'device.state-changed',
  detail: { from: 'active', to: 'suspended', reason },
});
const STATES = 'Aktiv → Vorübergehend gesperrt';

describe('the reason of a changed state, in German,', () => {
  it('is quoted if an operator wrote it', () => {
    const entry = changed(operatorsReason('suspended', 'lost by an operator: me'));
    expect(shown(entry)).toEqual({ words: [STATES, '„lost by an operator: me“'], technical: null });
  });

  it.each([operatorsReason('suspended'), 'deleted by its owner'])(
    'is a technical detail if it is one of Cardwright’s own: %s',
    (reason) => expect(shown(changed(reason))).toEqual({ words: [STATES], technical: `reason: ${reason}` }),
  );

  it('is told in words if the catalogue has some, and by its code', () => {
    const { words, technical } = shown(changed('CARD_REMOVED'));
    expect(words).toEqual([STATES, 'Das Gerät wurde entfernt.']);
    expect(technical).toBe('reason: CARD_REMOVED');
  });
});

it('quotes all of the reason with which an operator asked for a device', () => {
  expect(shown({ event: 'device.asked-back', detail: { reason: 'You get a new one.' } })).toEqual({
    words: ['„You get a new one.“'],
    technical: null,
  });
});
