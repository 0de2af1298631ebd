import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import type ts from 'typescript';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';
import { functionsAmong, readPublicNames } from '../../../scripts/api/public-names.mjs';
import { makeReports } from '../../../scripts/api/report.mjs';

/** Maximum number of names that a reader of an entry sees at once. A larger entry is split by area. */
const MOST_NAMES = 60;

const names = readPublicNames();
const reports = await makeReports(names);

describe.each(PUBLISHED)('the entries of %s', (folder) => {
  const own = names.entries.filter((entry) => entry.folder === folder);

  it('have few enough names to be seen at once', () => {
    const sizes = own.map(({ specifier, names }) => ({ specifier, names: names.length }));
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.filter(({ names }) => names === 0 || names > MOST_NAMES)).toEqual([]);
  });

  it('give a name twice only where it is the same', () => {
    const known = new Map<string, ts.Symbol>();
    const different = own.flatMap(({ names }) =>
      names.flatMap(({ name, symbol }) => {
        if (known.has(name) && known.get(name) !== symbol) return [name];
        known.set(name, symbol);
        return [];
      }),
    );
    expect(different).toEqual([]);
  });

  it('stand in its README, each with a line', () => {
    const rows = readFileSync(inRepository(folder, 'README.md'), 'utf8').split('\n');
    const missing = own.filter(({ specifier }) => !rows.some((row) => row.startsWith(`| \`${specifier}\` `)));
    expect(missing.map(({ specifier }) => specifier)).toEqual([]);
  });
});

describe.each(PUBLISHED)('the report of what %s offers', (folder) => {
  const report = reports.get(folder) ?? '';

  it('is what npm run build writes from the declarations', () => {
    expect(readFileSync(inRepository(folder, 'api.md'), 'utf8')).toBe(report);
  });

  it('names no folder of this machine, and no private member', () => {
    expect(report).not.toContain(inRepository());
    expect(report).not.toMatch(/import\(|#private|^\s*private /m);
  });
});

describe('what the reports say', () => {
  const said = (folder: string): string => (reports.get(folder) ?? '').replaceAll(/\s+/g, ' ');

  it('tells a function by its types, and a schema by its data', () => {
    expect(said('protocol')).toContain(
      'function validate<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S>;',
    );
    expect(said('protocol')).toContain('const deviceListing: Schema<DeviceListing>');
    expect(said('protocol')).toContain('type DeviceListing = { readers: string[]; devices: DeviceInfo[] };');
    expect(said('protocol')).toMatch(/'pin\.verify': CommandDefinition< Schema<\{/);
  });

  it('has what entries use without giving it a name', () => {
    const [, behind = ''] = said('cms').split('## Behind the entries');
    expect(behind).toContain('interface EligibilityRule');
  });
});

it('has an example in the doc comment of each function and class', () => {
  const functions = functionsAmong(names);
  expect(functions.length).toBeGreaterThan(100);
  const without = functions.filter(({ example }) => example === undefined);
  expect(without.map(({ name, entry }) => `${name} of ${entry.specifier}`)).toEqual([]);
});
