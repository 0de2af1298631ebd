import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_FLEET } from '@cardwright/installers';
import { inRepository } from '@cardwright/stage';
import { sbom } from '../../../installers/src/packages/sbom.js';
import { demandValid } from '../../../installers/src/packages/sbom/tool.js';
import { LEFT_OUT, NO_WORKS, NODE_PARTS } from '../../../installers/src/parts/node-parts.js';
import { unpacked } from '../../../installers/src/parts/npm-archive.js';
import { NODE_PACKAGES } from '../../../installers/src/parts/targets.js';
import { COMPOSITIONS, partsOf, type Product } from '../../../installers/src/parts/third-party.js';

interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly object[];
  readonly components?: readonly Component[];
}

const MINUTES = 60_000;

describe('the bill of materials', () => {
  let folder: string;
  let text: string;
  let components: Component[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-sbom-'));
    const scratch = (name: string): string => mkdtempSync(path.join(folder, name));
    await sbom.build({ version: '1.2.3', epoch: 1_795_515_630, fleet: PRODUCT_FLEET, output: folder, scratch });
    text = readFileSync(path.join(folder, 'cardwright-1.2.3.cdx.json'), 'utf8');
    components = allOf((JSON.parse(text) as { components: Component[] }).components);
  }, 15 * MINUTES);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const allOf = (some: readonly Component[]): Component[] =>
    some.flatMap((one) => [one, ...allOf(one.components ?? [])]);
  const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

  it('is valid by the schema of CycloneDX, and a document that is not is refused', () => {
    expect(() => demandValid(text)).not.toThrow();
    expect(() => demandValid(text.replace('"type": "library"', '"type": "bookshelf"'))).toThrow(/not valid CycloneDX/);
    expect(() => demandValid(text.replace('"SHA-512"', '"SHA-513"'))).toThrow(/not valid CycloneDX/);
  });

  it('has a licence for each component', () => {
    expect(components.length).toBeGreaterThan(190);
    expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(nameOf)).toEqual([]);
  });

  it('has the hash of each package that comes from the registry', () => {
    const fetched = components.filter(({ purl, group }) => purl?.startsWith('pkg:npm/') && group !== '@cardwright');
    expect(fetched.length).toBeGreaterThan(150);
    const sound = /^[0-9a-f]{128}$/;
    expect(fetched.filter(({ hashes }) => !sound.test(hashes?.[0]?.content ?? '')).map(nameOf)).toEqual([]);
  });

  it('has the hash of each component that is not within another', () => {
    const { components: outer } = JSON.parse(text) as { components: Component[] };
    expect(outer.length).toBeGreaterThan(140);
    expect(outer.filter(({ hashes = [] }) => hashes.length === 0).map(nameOf)).toEqual([]);
    const words = outer.find((one) => nameOf(one) === '@cardwright/words');
    const archive = execFileSync('git', ['-c', 'tar.umask=0022', 'archive', '--format=tar', 'HEAD', 'words'], {
      cwd: inRepository(),
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(words?.hashes?.[0]?.content).toBe(createHash('sha512').update(archive).digest('hex'));
  });

  it.each(Object.keys(COMPOSITIONS) as Product[])(
    'names all that is in %s, also what is compiled into packages',
    (product) => {
      const named = new Set(components.map((one) => `${nameOf(one)} ${one.version ?? ''}`));
      const missing = partsOf(product).filter(({ name, version }) => !named.has(`${name} ${version ?? ''}`));
      expect(missing.map(({ name, version }) => `${name} ${version ?? ''}`)).toEqual([]);
    },
  );

  it('names what is in Node.js as the program does', () => {
    const program = path.join(unpacked(NODE_PACKAGES['linux-x64']), 'bin', 'node');
    const said = execFileSync(program, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' });
    const works = Object.entries(JSON.parse(said) as Record<string, string>).filter(
      ([key, version]) => !NO_WORKS.includes(key) && version !== LEFT_OUT,
    );
    expect(Object.fromEntries(NODE_PARTS.map(({ key, version }) => [key, version]))).toEqual(Object.fromEntries(works));
  });
});
