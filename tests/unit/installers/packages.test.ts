import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PRODUCT_FLEET } from '@cardwright/installers';
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { PACKAGES, packagesFor } from '../../../installers/src/packages.js';

describe('`npm run package -- NAME`', () => {
  const namesOf = (names: readonly string[]) => packagesFor(names).map(({ name }) => name);

  it('makes the named packages, and the checksums of all after them', () => {
    expect(namesOf(['extension'])).toEqual(['extension', 'checksums']);
    expect(namesOf(['checksums', 'portal-deb'])).toEqual(['portal-deb', 'checksums']);
  });

  it('makes everything where none is named', () => {
    expect(packagesFor([])).toBe(PACKAGES);
    expect(namesOf([]).at(-1)).toBe('checksums');
  });

  it('leaves no checksum of before a package was made again', async () => {
    const output = mkdtempSync(path.join(tmpdir(), 'cardwright-checksums-'));
    try {
      const [checksums] = packagesFor(['checksums']);
      const context = { version: '0.1.0', epoch: 0, fleet: PRODUCT_FLEET, output, scratch: () => output };
      for (const content of ['before', 'again']) {
        writeFileSync(path.join(output, 'extension.zip'), content);
        await checksums?.build(context);
      }
      expect(readFileSync(path.join(output, 'SHA256SUMS'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}extension\.zip\n$/);
      execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: output });
    } finally {
      rmSync(output, { recursive: true });
    }
  });
});
