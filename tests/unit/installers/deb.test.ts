import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeDeb } from '../../../installers/src/parts/deb.js';
import { HAS_DPKG } from '../../support/system/dpkg.js';

(HAS_DPKG ? describe : describe.skip)('a Debian package', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-deb-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names the size that dpkg-gencontrol would name: files rounded up, 1 KiB for each folder and link', () => {
    const root = path.join(folder, 'root');
    const files = { 'usr/lib/sample/empty': 0, 'usr/lib/sample/small': 1, 'usr/lib/sample/large': 2_049 };
    mkdirSync(path.join(root, 'usr/lib/sample'), { recursive: true });
    mkdirSync(path.join(root, 'usr/bin'));
    for (const [name, size] of Object.entries(files)) writeFileSync(path.join(root, name), Buffer.alloc(size));
    symlinkSync('../lib/sample/small', path.join(root, 'usr/bin/sample'));
    const file = path.join(folder, 'sample.deb');
    const control = {
      Package: 'sample',
      Version: '1',
      Architecture: 'all',
      Maintainer: 'Sample <sample@sample.test>',
      Description: 'sample',
    };
    writeDeb({ root, control, file, epoch: 0 });
    const size = execFileSync('dpkg-deb', ['--field', file, 'Installed-Size'], { encoding: 'utf8' });
    const [ofFiles, link, folders] = [0 + 1 + 3, 1, ['.', 'usr', 'usr/bin', 'usr/lib', 'usr/lib/sample'].length];
    expect(Number(size)).toBe(ofFiles + link + folders);
  });
});
