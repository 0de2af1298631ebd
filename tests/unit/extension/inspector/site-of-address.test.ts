import { expect, it } from '@jest/globals';
import { parseFilter } from '../../../../extension/src/pages/inspector/model/filter-language.js';
import { siteOfAddress } from '../../../../extension/src/pages/inspector/model/site-of-address.js';

it.each(['https://portal.example', 'http://localhost:8080', 'http://[::1]:8080', 'https://xn--bcher-kva.example'])(
  'reads %s, which is one term of the filter',
  (origin) => {
    expect(siteOfAddress(`#${origin}`)).toBe(origin);
    const { terms, problems } = parseFilter(`origin:${origin.replace(/^https?:\/\//, '')}`);
    expect([terms.length, problems]).toEqual([1, []]);
  },
);

it.each([
  ['', 'nothing'],
  ['#', 'nothing'],
  ['#portal.example', 'no origin'],
  ['#javascript:alert(1)', 'a script'],
  ['#https://portal.example/path', 'more than an origin'],
  ['#https://portal.example -is:error', 'a second term'],
  ['#https://portal.example,other.example', 'a second value'],
  ['#https://*', 'every site'],
  ['#https://"portal.example', 'a quotation mark'],
  ['#https://<img src=x onerror=alert(1)>', 'markup'],
  [`#https://${'a'.repeat(301)}`, 'a long text'],
])('reads no site from %j: %s', (hash) => {
  expect(siteOfAddress(hash)).toBeNull();
});
