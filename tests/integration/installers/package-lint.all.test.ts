import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { inRepository } from '@cardwright/stage';
import { OVERRIDES as OF_HOST } from '../../../installers/src/packages/host-linux/overrides.js';
import { OVERRIDES as OF_PORTAL } from '../../../installers/src/packages/portal/overrides.js';
import { putPackage } from '../../support/product-packages.js';

const MINUTES = 60_000;
const LINTED = ['host-deb', 'host-rpm', 'portal-deb'];
/** The package of the other architecture differs only in two binaries, Node.js and koffi. */
const ARCHITECTURE = 'amd64';
const RPMLINT = inRepository('installers', 'rpmlint.toml');

describe('the packages for Linux, as `npm run package` makes them,', () => {
  let output: string;

  beforeAll(async () => {
    output = mkdtempSync(path.join(tmpdir(), 'cardwright-lint-'));
    for (const name of LINTED) await putPackage(name, output);
  }, 30 * MINUTES);
  afterAll(() => rmSync(output, { recursive: true }));

  const run = (program: string, ...args: string[]): string[] =>
    spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } }).stdout.split('\n');

  it.each([
    ['cardwright-host', OF_HOST],
    ['cardwright-portal', OF_PORTAL],
  ])(
    '%s has no error for lintian, and no override that is not needed or has no reason',
    (name, overrides) => {
      const file = path.join(output, `${name}_${PRODUCT_VERSION}_${ARCHITECTURE}.deb`);
      const lines = run('lintian', '--allow-root', '--show-overrides', '--tag-display-limit', '0', file);
      const tagsOf = (mark: string): string[] => [
        ...new Set(lines.filter((line) => line.startsWith(`${mark}: `)).map((line) => line.split(' ')[2] ?? '')),
      ];
      expect(lines.filter((line) => line.startsWith('E: '))).toEqual([]);
      expect(tagsOf('O').sort()).toEqual([...new Set(overrides.map(([tag]) => tag.split(' ')[0]))].sort());
      for (const [, reason] of overrides) expect(reason).toMatch(/^.{20,}\.$/);
    },
    10 * MINUTES,
  );

  it(
    "the host's rpm has no error for rpmlint without a filter, and each filter has a reason",
    () => {
      const [rpm = ''] = readdirSync(output).filter((name) => name.endsWith('.rpm'));
      const lines = run('rpmlint', '--config', RPMLINT, path.join(output, rpm));
      expect(lines.filter((line) => line.includes(': E: '))).toEqual([]);
      expect(lines.join('\n')).toMatch(/ 0 errors,/);
      const [, filters = ''] = readFileSync(RPMLINT, 'utf8').split('Filters = [\n');
      expect(filters).toMatch(/^(?: {2}# .{20,}\n {2}"[^"]+",\n)+\]\n$/);
    },
    10 * MINUTES,
  );
});
