import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  CardwrightError,
  TROUBLESHOOTING,
  describeError,
  errorCatalogue,
  isErrorCode,
  wordsOf,
  wordsOfCode,
  type ErrorCode,
  type ErrorTexts,
  type ErrorWords,
  type Recovery,
} from '@cardwright/protocol';
import { words as administrators } from '@cardwright/words/at-once/administrators';
import { words } from '@cardwright/words/at-once/errors';
import { writeTroubleshooting } from '../../../protocol/src/publish/index.js';

const englishErrors: ErrorTexts = words.english;
const germanErrors: ErrorTexts = words.in('de');
const codes = Object.keys(errorCatalogue).filter(isErrorCode);

/** Every set of words that a user may read, with the recovery that gives its buttons. */
interface Read {
  readonly name: string;
  readonly recovery: Recovery;
  readonly english: ErrorWords;
  readonly german: ErrorWords;
}

const readings: readonly Read[] = codes.flatMap((code): Read[] => {
  const { recovery, variants } = describeError(code);
  const english = wordsOfCode(code, englishErrors);
  const german = wordsOfCode(code, germanErrors);
  return [
    { name: code, recovery, english, german },
    ...Object.entries(englishErrors[code].variants ?? {}).map(([value, variant]) => ({
      name: `${code} (${value})`,
      recovery: variants?.wayOn?.[value]?.recovery ?? recovery,
      english: { ...english, ...variant },
      german: { ...german, ...germanErrors[code].variants?.[value] },
    })),
  ];
});

/** The words by which the remedy of each recovery names the button beside it. */
const SAYS: Readonly<Record<Recovery, { readonly english: RegExp; readonly german: RegExp }>> = {
  'try-again': { english: /\btry again\b/i, german: /\bversuchen Sie es .*erneut/i },
  'continue-here': { english: /continue here/, german: /setzen Sie hier fort/ },
  'another-device': { english: /use another device/i, german: /verwenden Sie ein anderes Gerät/i },
  reload: { english: /\breload th(e|is) page/i, german: /laden Sie (die|diese|dann diese) Seite neu/i },
  'log-in': { english: /sign in/i, german: /melden Sie sich .*an\b/i },
  update: { english: /update .*try again/i, german: /aktualisieren Sie .*versuchen Sie es erneut/i },
  'ask-operator': { english: /help desk|operator/i, german: /Helpdesk|Operator/ },
  none: { english: /./, german: /./ },
};

describe('the words of the catalogue', () => {
  it.each(readings)('say of $name what its button does, in both languages', ({ recovery, english, german }) => {
    expect(english.user).toMatch(SAYS[recovery].english);
    expect(german.user).toMatch(SAYS[recovery].german);
    // Words that call for one of these buttons come only with that button.
    for (const other of ['reload', 'continue-here'] as const) {
      if (other === recovery) continue;
      expect(english.user).not.toMatch(SAYS[other].english);
      expect(german.user).not.toMatch(SAYS[other].german);
    }
  });

  it('are sentences, in plain words', () => {
    const forUsers = readings
      .flatMap(({ english, german }) => [english, german])
      .flatMap(({ message, cause, user }) => [message, cause, user]);
    const forAdministrators = ['en', 'de'].flatMap((language) => Object.values<string>(administrators.in(language)));
    for (const sentence of [...forUsers, ...forAdministrators]) {
      expect(sentence).toMatch(/^[A-ZÄÖÜ].*\.$/);
      expect(sentence).not.toMatch(/can not|somebody|anew|let go|go on\b|fulfil|ansonsten| du /);
    }
  });

  it('have a variant in German for each in English', () => {
    for (const code of codes)
      expect(Object.keys(germanErrors[code].variants ?? {})).toEqual(Object.keys(englishErrors[code].variants ?? {}));
  });

  it('depend on the details of the error where the catalogue says so', () => {
    const blocked = new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    expect(wordsOf(blocked, englishErrors).message).toBe(
      'Your administrator blocks this site from using your devices.',
    );
    expect(wordsOf(blocked, germanErrors).user).toBe('Wenden Sie sich an Ihren Helpdesk.');
    expect(blocked.recovery).toBe('ask-operator');
    const denied = new CardwrightError('SITE_NOT_GRANTED', { consent: 'denied' });
    expect(wordsOf(denied, englishErrors).message).toBe('You did not allow this site to use your devices.');
    expect(denied.recovery).toBe('try-again');
    expect(new CardwrightError('VERSION_MISMATCH', { update: 'extension' }).recovery).toBe('reload');
    expect(wordsOf(new CardwrightError('SITE_NOT_GRANTED', { consent: 'needed' }), englishErrors).user).toBe(
      englishErrors.SITE_NOT_GRANTED.user,
    );
  });
});

describe('troubleshooting', () => {
  const listed: readonly ErrorCode[] = Object.values(TROUBLESHOOTING).flat();

  it('has every code once', () => {
    expect([...listed].sort()).toEqual([...codes].sort());
  });

  it('is what docs/troubleshooting.md says, with an anchor for every code', () => {
    const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
    expect(page).toBe(writeTroubleshooting());
    for (const code of codes) expect(page).toContain(`<a id="${code}"></a>`);
  });
});
