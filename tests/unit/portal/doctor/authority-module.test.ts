import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkAuthority } from '../../../../portal/src/server/commands/doctor/certification-authority.js';
import { loadKeyRing } from '../../../../portal/src/server/keys/key-ring.js';
import { readConfiguration } from '../../../../portal/src/server/settings/configuration.js';

const WRAPS = 'export const openAuthority = async ({ openDevelopmentCa }) => ({ ...(await openDevelopmentCa()) });';
const FAILS = "export const openAuthority = () => Promise.reject(new Error('the module has no licence'));";

describe("the doctor's finding on a module that makes the authority", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-doctor-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const configured = (name: string, text: string) => {
    const module = path.join(folder, `${name}.mjs`);
    writeFileSync(module, text);
    return readConfiguration({ CARDWRIGHT_AUTHORITY: module });
  };
  const outcomes = async (...args: Parameters<typeof checkAuthority>) =>
    (await checkAuthority(...args)).findings.map(({ outcome, text }) => `${outcome}: ${text}`);

  it('is ok where it wraps the embedded authority, as the portal starts with it', async () => {
    const keys = await loadKeyRing(folder, null);
    expect(await outcomes(configured('wraps', WRAPS), keys, new Date())).toEqual([
      expect.stringMatching(/^ok: .*Development CA/),
    ]);
  });

  it.each([
    ['were not made yet', null, /^skipped: The portal makes its own/],
    ['cannot be read', undefined, /^skipped: Not checked/],
  ] as const)('is none where it wraps the embedded authority, and the keys %s', async (_, keys, expected) => {
    expect(await outcomes(configured('wraps', WRAPS), keys, new Date())).toEqual([expect.stringMatching(expected)]);
  });

  it('is a problem where the module fails', async () => {
    const keys = await loadKeyRing(folder, null);
    expect(await outcomes(configured('fails', FAILS), keys, new Date())).toEqual([
      expect.stringMatching(/^problem: .*no licence/),
    ]);
  });
});
