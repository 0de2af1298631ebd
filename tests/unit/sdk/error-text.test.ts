import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { words } from '@cardwright/words/at-once/dialogs';
import { words as dialogs } from '@cardwright/words/en/dialogs';
import { words as errors } from '@cardwright/words/en/errors';
import { describe as wordsOf, versionsOf, whyNoFile } from '../../../sdk/src/elements/text.js';

const english = { ...dialogs, language: 'en', errors };
const UPDATES = ['sdk', 'extension', 'host'] as const;

describe('versions that do not fit', () => {
  it('are told of each part in words of its own', () => {
    const messages = UPDATES.map(
      (update) => wordsOf(english, new CardwrightError('VERSION_MISMATCH', { update })).message,
    );
    expect(new Set(messages).size).toBe(UPDATES.length);
    expect(messages).toEqual([
      expect.stringContaining('this site'),
      expect.stringContaining('extension'),
      expect.stringContaining('on this computer'),
    ]);
  });

  it('are named as far as they are known', () => {
    const versions = (data: { installed?: string; minimum?: string }) =>
      versionsOf(english, new CardwrightError('VERSION_MISMATCH', { update: 'host', ...data }));
    expect(versions({ installed: '1.1.9', minimum: '1.2.0' })).toBe(
      'Version 1.1.9 is in use, 1.2.0 or newer is needed.',
    );
    expect(versions({ installed: '1.1.9' })).toBe('Version 1.1.9 is in use.');
    expect(versions({})).toBeNull();
    expect(versionsOf(english, new CardwrightError('VERSION_MISMATCH', { update: 'sdk' }))).toContain(PRODUCT_VERSION);
    expect(versionsOf(english, new CardwrightError('NO_READER'))).toBeNull();
    expect(words.in('de').versions('1.1.9', '1.2.0')).toMatch(/1\.1\.9 .* 1\.2\.0/);
  });
});

describe('a support file that is not offered', () => {
  it('says to wait a minute if one was opened just now, and otherwise what is wrong', () => {
    expect(whyNoFile(english, new CardwrightError('RATE_LIMITED'))).toContain('Wait a minute');
    expect(whyNoFile(english, new CardwrightError('WINDOW_NOT_ALLOWED'))).toBe(
      wordsOf(english, new CardwrightError('WINDOW_NOT_ALLOWED')).message,
    );
  });
});
