import { describe, expect, it } from '@jest/globals';
import { origin } from '@cardwright/protocol/schemas';
import * as v from 'valibot';

describe('the origin of a page', () => {
  it.each([
    'https://cms.example',
    'https://cms.example:8443',
    'http://localhost',
    'http://localhost:8080',
    'http://127.0.0.1:1',
  ])('is secure: %s', (value) => {
    expect(v.is(origin, value)).toBe(true);
  });

  it.each([
    'http://cms.example',
    'http://localhost.example',
    'http://localhost:80.example',
    'http://127.0.0.1.example',
    'http://user@localhost',
    'https://cms.example@evil.example',
    'https://cms.example/',
    'https://',
    'ftp://localhost',
    'null',
  ])('is nothing else: %s', (value) => {
    expect(v.is(origin, value)).toBe(false);
  });
});
