// Needs the build.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError, describeError, isErrorCode, wordsOf, wordsOfCode } from '@cardwright/protocol';
import { words as administrators } from '@cardwright/words/at-once/administrators';
import { words } from '@cardwright/words/at-once/errors';
import '../../support/fake-chrome.js';

const PACKAGED = new URL('../../../extension/dist/chromium/', import.meta.url);

let fetched: string[];

/** Opens a new page, with scripted answers of its package. */
async function openPage(answer: (file: string) => Promise<Response>) {
  jest.resetModules();
  fetched = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation((address) => {
    const { pathname } = new URL(address instanceof Request ? address.url : address);
    const file = pathname.slice(1);
    fetched.push(file);
    return answer(file);
  });
  return import('../../../extension/src/pages/error-text.js');
}

const fromPackage = (file: string): Promise<Response> =>
  Promise.resolve(new Response(readFileSync(new URL(file, PACKAGED))));

beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void jest.restoreAllMocks());

describe('the texts of errors in a page of the extension', () => {
  it('are those of the catalogue, read once in each language, and only when they are needed', async () => {
    const { readErrorTexts } = await openPage(fromPackage);
    expect(fetched).toEqual([]);
    const english = Object.entries(await readErrorTexts('en'));
    expect(english.map(([code]) => code)).toEqual(Object.keys(words.english));
    for (const [code, text] of english) {
      if (!isErrorCode(code)) throw new Error(code);
      const { message } = describeError(code);
      expect(text).toEqual({ message, ...words.english[code], administrator: administrators.english[code] });
    }
    const german = await readErrorTexts('de');
    expect(german.NO_READER).toEqual({ ...words.in('de').NO_READER, administrator: administrators.in('de').NO_READER });
    await readErrorTexts('de');
    expect(fetched).toEqual(['errors/en.json', 'errors/de.json']);
  });

  it('vary with the details of an error', async () => {
    const { readErrorTexts } = await openPage(fromPackage);
    const blocked = new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    expect(wordsOf(blocked, await readErrorTexts('de')).user).toBe('Wenden Sie sich an Ihren Helpdesk.');
  });

  it.each<[why: string, answer: () => Promise<Response>]>([
    ['are missing', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['are no JSON', () => Promise.resolve(new Response('<html>'))],
    ['are something else', () => Promise.resolve(Response.json({ NO_READER: 7 }))],
  ])('leave a code alone if they %s', async (_, answer) => {
    const { readErrorTexts, textOfError } = await openPage(answer);
    const texts = await readErrorTexts('de');
    expect(textOfError('NO_READER', texts)).toBe('NO_READER');
    // A page with the catalogue has its English messages.
    const message = 'No card reader or security key is connected.';
    expect(wordsOfCode('NO_READER', texts)).toEqual({ message, cause: '', user: '' });
  });
});
