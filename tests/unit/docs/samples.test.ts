import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';

const SAMPLE_PORTAL = ['page.html', 'page.js', 'server.mjs'].map((file) => `docs/sample-portal/${file}`);

const SAMPLES_OF_A_CMS = [
  'docs/sample-portal/server.mjs',
  'tests/e2e/foreign-portal/portal.ts',
  'tests/unit/packages/elsewhere/cms.ts',
];

/** A line that its reader completes, such as `const authority = yourAuthority;`. */
const PLACEHOLDER = /^const (\w)(\w*) = your\w\2;/;

/** Documents with code, and the sources that tests run, so that their lines are known to work. */
const SAMPLES: readonly { document: string; languages: string; lines: number; tested: readonly string[] }[] = [
  { document: 'README.md', languages: 'html|js', lines: 7, tested: SAMPLE_PORTAL },
  { document: 'cms/README.md', languages: 'ts', lines: 5, tested: SAMPLES_OF_A_CMS },
  { document: 'docs/operations.md', languages: 'ts', lines: 30, tested: ['tests/engine/support/toy-operation.ts'] },
];

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

it.each(SAMPLES)('$document shows only lines that tests run', ({ document, languages, lines, tested }) => {
  const fenced = new RegExp(`\`\`\`(?:${languages})\n(.*?)\`\`\``, 'gs');
  const shown = [...read(document).matchAll(fenced)].flatMap(([, code = '']) => linesOf(code));
  const run = new Set(tested.flatMap((file) => linesOf(read(file))));
  expect(shown.length).toBeGreaterThan(lines);
  expect(shown.filter((line) => !run.has(line) && !PLACEHOLDER.test(line))).toEqual([]);
});

describe('the package.json of the sample portal', () => {
  const manifestOf = (...names: readonly string[]): Manifest =>
    JSON.parse(readFileSync(inRepository(...names, 'package.json'), 'utf8')) as Manifest;
  const { dependencies } = manifestOf('docs', 'sample-portal');

  it('names what its server imports, besides the packages of Cardwright', () => {
    const imported = [...read('docs/sample-portal/server.mjs').matchAll(/^import .*?'([^']+)';$/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !/^(node:|@cardwright\/)/.test(name));
    expect(Object.keys(dependencies ?? {})).toEqual(imported.toSorted());
  });

  it('pins the versions that are tested here', () => {
    const installed = Object.keys(dependencies ?? {}).map((name) => [name, manifestOf('node_modules', name).version]);
    expect(dependencies).toEqual(Object.fromEntries(installed));
  });
});

it('docs/operations.md installs the version of valibot that the cms package has', () => {
  const { dependencies } = JSON.parse(read('cms/package.json')) as Manifest;
  expect(read('docs/operations.md')).toContain(`npm install valibot@${dependencies?.valibot}\n`);
});

describe('README.md', () => {
  it('is one screen', () => {
    expect(linesOf(read('README.md')).length).toBeLessThanOrEqual(70);
  });

  it('shows a picture for each colour scheme', () => {
    const pictures = [...read('README.md').matchAll(/(?:srcset|src)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(pictures).toHaveLength(2);
    expect(pictures.filter((file) => !existsSync(inRepository(file)))).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('leads to every document', () => {
    const way = read('docs/README.md');
    const documents = readdirSync(inRepository('docs')).filter((file) => file.endsWith('.md') && file !== 'README.md');
    expect(documents.filter((file) => !way.includes(`(${file})`))).toEqual([]);
  });
});
