import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { words as dialogs } from '@cardwright/words/en/dialogs';
import { words as errors } from '@cardwright/words/en/errors';
import { describe as wordsOf, versionsOf } from '../../../sdk/src/elements/text.js';

const english = { ...dialogs, language: 'en', errors };
const UPDATES = ['sdk', 'extension', 'host'] as const;

describe('versions that do not fit', () => {
  it('are told of each part in words of its own', () => {
    const messages = UPDATES.map(
      (update) => wordsOf(english, new CardwrightError('VERSION_MISMATCH', { update })).message,
    );
    expect(new Set(messages).size).toBe(UPDATES.length);
    expect(messages).toEqual([
      expect.stringContaining('on this site'),
      expect.stringContaining('extension'),
      expect.stringContaining('on this computer'),
    ]);
  });

  it('are named as far as they are known', () => {
    const versions = (data: { installed?: string; minimum?: string }) =>
      versionsOf(new CardwrightError('VERSION_MISMATCH', { update: 'host', ...data }));
    expect(versions({ installed: '1.1.9', minimum: '1.2.0' })).toBe('Version 1.1.9 → 1.2.0');
    expect(versions({ installed: '1.1.9' })).toBe('Version 1.1.9');
    expect(versions({})).toBeNull();
    expect(versionsOf(new CardwrightError('NO_READER'))).toBeNull();
  });
});
