import { expect, it } from '@jest/globals';
import { negotiateLanguage } from '@cardwright/cms';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['de-CH', 'de'],
  ['DE-at', 'de'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['qaa-FR, de;q=0.5, en;q=0.4', 'de'],
  ['en;q=0.4, de;q=0.5', 'de'],
  ['qaa;q=0.9, *;q=0.5, de;q=0.1', 'en'],
  ['de;q=0, en', 'en'],
  ['de;q=0', 'en'],
  ['den', 'en'],
  ['de;q=high', 'en'],
  [';;,,=,de', 'de'],
  [`${'qaa,'.repeat(10_000)}de`, 'en'],
])('answers accept-language %p in %s', (header, language) => {
  expect(negotiateLanguage(header)).toBe(language);
});
