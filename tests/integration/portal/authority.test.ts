import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { everyOrSome } from '../../support/thorough.js';
import { startTestPortal } from './support/test-portal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-authority-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const modules = [
  ['is missing', null, /^CARDWRIGHT_AUTHORITY: .* cannot be loaded: /],
  ['is broken', 'export const = 1;', /^CARDWRIGHT_AUTHORITY: .* cannot be loaded: /],
  ['exports something else', 'export default 1;', /exports no function openAuthority$/],
  ['makes something else', 'export const openAuthority = () => ({});', /makes no certification authority/],
  [
    'forgets the CRL',
    'export const openAuthority = () => ({ issue() {}, certificate: new Uint8Array(1) });',
    /makes no certification authority/,
  ],
] as const;

it.each(everyOrSome(modules, ([what]) => what === 'is missing' || what === 'forgets the CRL'))(
  'does not start with an authority module that %s, and explains why',
  async (what, source, message) => {
    const path = join(folder, `${what.replaceAll(' ', '-')}.mjs`);
    if (source !== null) await writeFile(path, source);
    await expect(startTestPortal({ CARDWRIGHT_AUTHORITY: path })).rejects.toThrow(message);
  },
);
