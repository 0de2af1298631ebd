import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { readEnv, unknownVariables } from '../../../../portal/src/server/settings/portal-env.js';
import { readToml } from '../../../../portal/src/server/settings/portal-toml.js';
import { withSettings, writeEnv, writeList, writeToml } from '../../../../portal/src/server/settings/publish.js';
import { keyOf } from '../../../../portal/src/server/settings/setting.js';
import { ROWS } from '../../../../portal/src/server/settings/table.js';

const published = (...names: string[]): string => readFileSync(inRepository(...names), 'utf8');
/** Returns the file after removing the # of every setting. */
const uncommented = (text: string): string => text.replaceAll(/^#(?![ #])/gm, '');

it('has each setting once, under one name in the environment and one key in portal.toml', () => {
  expect(ROWS).not.toEqual([]);
  expect(new Set(ROWS.map(({ variable }) => variable)).size).toBe(ROWS.length);
  expect(new Set(ROWS.map(({ variable }) => keyOf(variable))).size).toBe(ROWS.length);
  expect(['HOST', 'DATABASE_URL', 'CARDWRIGHT_POLICY_OID_PROVED'].map(keyOf)).toEqual([
    'host',
    'database-url',
    'policy-oid-proved',
  ]);
});

it.each(ROWS)('describes $variable in a sentence, and shows how it is written', ({ sentence, example }) => {
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(example).not.toBe('');
});

describe('the published settings', () => {
  it('match docs/operate.md and the files of the package', () => {
    const document = published('docs', 'operate.md');
    expect(withSettings(document)).toBe(document);
    expect(published('installers', 'portal', 'portal.env')).toBe(writeEnv());
    expect(published('installers', 'portal', 'portal.toml')).toBe(writeToml());
  });

  it.each(ROWS)('include $variable in the document and in both files', ({ variable, sentence }) => {
    expect(writeList()).toContain(`| \`${keyOf(variable)}\``);
    expect(writeList()).toContain(sentence);
    expect(writeToml()).toMatch(new RegExp(`^#${keyOf(variable)} = `, 'm'));
    expect(writeEnv()).toMatch(new RegExp(`^#${variable}=`, 'm'));
  });

  it('set nothing before someone removes a #, and then the same in both files', () => {
    expect([readEnv(writeEnv()).values, readToml(writeToml()).values]).toEqual([{}, {}]);
    const env = readEnv(uncommented(writeEnv()));
    const toml = readToml(uncommented(writeToml()));
    expect(toml.problems).toEqual([]);
    expect(unknownVariables(env, {})).toEqual([]);
    expect(Object.keys(env.values)).toHaveLength(ROWS.length);
    expect(toml.values).toEqual({ ...env.values });
  });

  it('need their place in the document', () => {
    expect(() => withSettings('# Operate the portal')).toThrow(/has no place/);
  });
});
