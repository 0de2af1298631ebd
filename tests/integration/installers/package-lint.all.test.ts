import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { writeHostDeb } from '../../../installers/src/packages/host-linux/deb.js';
import { lintianOverrides } from '../../../installers/src/packages/host-linux/overrides.js';
import { layOutStandIn } from '../../support/stand-in-host.js';

it("the host's deb, with a stand-in for Node.js, has no error for lintian without an override that says why", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-lint-'));
  try {
    const [host, scratch] = [path.join(folder, 'host'), path.join(folder, 'tree')];
    layOutStandIn(host);
    copyFileSync('/bin/true', path.join(host, 'node'));
    mkdirSync(scratch);
    const file = path.join(folder, 'cardwright-host_0.1.0_amd64.deb');
    writeHostDeb({ host, architecture: 'amd64', version: '0.1.0', epoch: 1_795_515_630, scratch, file });
    const { stdout } = spawnSync('lintian', ['--allow-root', '--tag-display-limit', '0', file], { encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line.startsWith('E: '))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(lintianOverrides('a')).toMatch(/^(?:# .{20,}\na: \S+\n)+$/);
});
