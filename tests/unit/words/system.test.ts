import { describe, expect, it } from '@jest/globals';
import { words as german } from '../../../words/src/de/portal.js';
import { words as english } from '../../../words/src/en/portal.js';

const IOS = { name: 'iOS', version: '18.0', isBeta: false, signed: '22A3354' };

describe('the system of a mobile device', () => {
  it.each([
    [IOS, 'iOS 18.0 (22A3354)', 'iOS 18.0 (22A3354)'],
    [{ ...IOS, signed: '22A5350a', isBeta: true }, 'iOS 18.0 beta (22A5350a)', 'iOS 18.0 Beta (22A5350a)'],
    [{ ...IOS, name: 'iPadOS', signed: '18.0' }, 'iPadOS 18.0', 'iPadOS 18.0'],
    [{ ...IOS, version: null, signed: '25A123' }, 'iOS, build 25A123', 'iOS, Build 25A123'],
  ])('is said in both languages: %j', (system, inEnglish, inGerman) => {
    expect(english.mobile.systemOf(system)).toBe(inEnglish);
    expect(german.mobile?.systemOf?.(system)).toBe(inGerman);
  });
});
