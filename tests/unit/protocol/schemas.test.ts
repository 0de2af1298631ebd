import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resultsRequest, startRequest } from '@cardwright/protocol/cms';
import { origin, receiverJwk } from '@cardwright/protocol/schemas';
import { transform } from 'esbuild';
import * as v from 'valibot';
import { blankYubikey } from '../../support/device-facts.js';
import { BASE_POINT } from '../../support/public-key.js';

describe('a function that makes a schema', () => {
  it.each(['described', 'bytes', 'text', 'printable', 'between'])(
    'is free of side effects for a bundler: %s',
    async (name) => {
      const file = path.resolve(import.meta.dirname, '../../../protocol/src/schema.ts');
      const { code } = await transform(await readFile(file, 'utf8'), { loader: 'ts' });
      const calls = code.split(new RegExp(`(?<![.\\w])${name}\\(`)).slice(0, -1);
      expect(calls).not.toEqual([]);
      expect(calls.filter((before) => !before.endsWith('/* @__PURE__ */ '))).toEqual([]);
    },
  );
});

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

describe('a public key to seal to', () => {
  const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

  it('is a point of the curve', () => {
    for (const key of [BASE_POINT, ...Array.from({ length: 50 }, newKey)])
      expect(v.parse(receiverJwk, key)).toEqual(key);
  });

  const zeros = 'A'.repeat(43);
  it.each([
    ['no point', { x: BASE_POINT.y, y: BASE_POINT.x }],
    ['the point at infinity', { x: zeros, y: zeros }],
    ['a coordinate beyond the field', { x: `_${'_'.repeat(41)}8` }],
    ['a coordinate plus the prime', { x: zeros, y: zeros.replace(/^./, '_') }],
    ['a coordinate in another spelling', { x: BASE_POINT.x.replace(/Y$/, 'Z') }],
    ['a coordinate without its zeros', { x: BASE_POINT.x.slice(1) }],
    ['a coordinate that is too long', { x: `A${BASE_POINT.x}` }],
    ['an empty coordinate', { x: '' }],
    ['a point of another curve', { crv: 'P-384' }],
  ])('is not %s', (_, change) => {
    expect(v.is(receiverJwk, { ...BASE_POINT, ...change })).toBe(false);
  });
});

describe('lists of a page', () => {
  const start = { kind: 'issue', device: blankYubikey('12345678'), host: { key: BASE_POINT } };
  const outcome = { method: 'pin.status', result: {} };

  it('are as long as they can be', () => {
    expect(v.is(startRequest, start)).toBe(true);
    expect(v.is(resultsRequest, { step: 1, outcomes: Array(64).fill(outcome) })).toBe(true);
  });

  it.each([
    [
      'slots with a certificate',
      startRequest,
      { ...start, device: { ...start.device, certificates: Array(5).fill('9A') } },
    ],
    ['applications', startRequest, { ...start, device: { ...start.device, applications: Array(3).fill('piv') } }],
    ['outcomes', resultsRequest, { step: 1, outcomes: Array(65).fill(outcome) }],
    ['letters of a method', resultsRequest, { step: 1, outcomes: [{ ...outcome, method: 'm'.repeat(65) }] }],
  ])('have not more %s', (_, schema, request) => {
    expect(v.is(schema, request)).toBe(false);
  });
});
