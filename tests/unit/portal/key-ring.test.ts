import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { loadKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { openFromStorage, sealForStorage } from '@cardwright/cms/keys';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('makes a key file that only its owner can read, and reads the same keys from it again', async () => {
  const made = await loadKeyRing(folder, null);
  expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
  expect((await loadKeyRing(folder, null)).published).toEqual(made.published);
});

it('gives several concurrently starting processes the same keys, and leaves no draft behind', async () => {
  const rings = await Promise.all([1, 2, 3, 4].map(() => loadKeyRing(folder, null)));
  expect(new Set(rings.map(({ published }) => JSON.stringify(published))).size).toBe(1);
  expect(await readdir(folder)).toEqual(['keys.json']);
});

it('signs cookies with a key that every process has, and no other portal', async () => {
  const [one, other] = await Promise.all([loadKeyRing(folder, null), loadKeyRing(folder, null)]);
  expect(other.cookieKey).toEqual(one.cookieKey);
  expect((await loadKeyRing(join(folder, 'another'), null)).cookieKey).not.toEqual(one.cookieKey);
});

it('publishes only public keys', async () => {
  const { published } = await loadKeyRing(folder, null);
  expect(published.keys.map((key) => Object.keys(key).sort())).toEqual([
    ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  ]);
});

it.each([
  ['lacks keys', JSON.stringify({ signing: { d: 'a-private-key' } })],
  ['is not JSON', '{ "signing": { "d": a-private-key } }'],
  ['is cut off', '{ "signing": { "d": "a-private-key'],
  ['is empty', ''],
])('refuses a key file that %s, without quoting it', async (_, text) => {
  await writeFile(join(folder, 'keys.json'), text);
  await expect(loadKeyRing(folder, null)).rejects.toThrow(/^the key file is not valid$/);
});

it('opens its own sealed values only under the same label', async () => {
  const keys = await loadKeyRing(folder, null);
  const sealed = await sealForStorage('a secret', keys, 'policy:piv');
  expect(sealed).not.toContain('a secret');
  expect(await openFromStorage(sealed, keys, 'policy:piv')).toBe('a secret');
  await expect(openFromStorage(sealed, keys, 'policy:yubikey')).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
});
