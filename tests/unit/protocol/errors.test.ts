import { describe, expect, it } from '@jest/globals';
import {
  CardwrightError,
  NOTHING_TO_DO,
  asCardwrightError,
  describeError,
  errorCatalogue,
  isCardwrightError,
  isErrorCode,
  wordsOfCode,
} from '@cardwright/protocol';
import { words as administrators } from '@cardwright/words/en/administrators';
import { words as englishErrors } from '@cardwright/words/en/errors';

const codes = Object.keys(errorCatalogue).filter(isErrorCode);

describe('the error catalogue', () => {
  it('gives every code a number of its own', () => {
    expect(new Set(codes.map((code) => describeError(code).number)).size).toBe(codes.length);
  });

  it('numbers a code by its layer', () => {
    const thousands = {
      sdk: [1],
      extension: [2, 8],
      host: [3, 6, 7, 8],
      reader: [4],
      device: [5, 6, 7, 8],
      cms: [8, 9],
    };
    for (const code of codes) {
      const { layer, number } = describeError(code);
      expect({ code, fits: thousands[layer].includes(Math.floor(number / 1000)) }).toEqual({ code, fits: true });
    }
  });

  it('tells user and administrator what to do, in sentences', () => {
    for (const code of codes) {
      const { message, cause, user } = wordsOfCode(code, englishErrors);
      for (const sentence of [message, cause, user, administrators[code]]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('says in the same words wherever there is nothing to do', () => {
    const idle = codes.map((code) => administrators[code]).filter((words) => /^nothing\b/i.test(words));
    expect(new Set(idle)).toEqual(new Set([NOTHING_TO_DO]));
  });

  it('does not take a name of the prototype for a code', () => {
    expect(isErrorCode('constructor')).toBe(false);
    expect(isErrorCode('__proto__')).toBe(false);
  });
});

describe('an error on the wire', () => {
  it('keeps its code and its details', () => {
    const received = CardwrightError.fromWire(
      structuredClone(new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }).toWire()),
    );
    expect(isCardwrightError(received, 'PIN_INCORRECT') && received.data.retriesLeft).toBe(2);
    expect(received.number).toBe(6001);
  });

  it('is INTERNAL when its name is unknown or its details do not fit', () => {
    const unknown = { code: 6001, message: 'x', data: { name: 'toString' } };
    const unfit = { code: 6001, message: 'x', data: { name: 'PIN_INCORRECT', details: { retriesLeft: '123456' } } };
    for (const wire of [unknown, unfit, 'junk', null]) expect(CardwrightError.fromWire(wire).code).toBe('INTERNAL');
  });

  it('says nothing of an unknown exception but an incident id', () => {
    const seen: unknown[] = [];
    const error = asCardwrightError(new Error('PIN 482913 is wrong'), (incident, cause) =>
      seen.push([incident, cause]),
    );
    expect(JSON.stringify(error.toWire())).not.toContain('482913');
    expect(isCardwrightError(error, 'INTERNAL') && error.data.incident).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen).toHaveLength(1);
  });
});
