import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { needsBuild, pathsAmong, selectFiles } from '../../../scripts/test-files.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

it('takes for paths what is neither an option nor its value', () => {
  expect(pathsAmong(['tests/unit', '-t', 'a name', '--replay', '2', '--all', 'tests/engine'])).toEqual([
    'tests/unit',
    'tests/engine',
  ]);
});

it('finds the files that a path matches, and none for one that is mistyped', () => {
  expect(selectFiles(['tests/unit/scripts/test-files'], false)).toEqual({
    paths: ['tests/unit/scripts/test-files'],
    files: ['tests/unit/scripts/test-files.test.ts'],
    needsBuild: false,
  });
  expect(selectFiles(['tests/unti'], false).files).toEqual([]);
});

it('leaves thorough files out unless they are asked for', () => {
  const thorough = 'tests/unit/scripts/system-requirements.all';
  expect(selectFiles([thorough], false).files).toEqual([]);
  expect(selectFiles([thorough], true)).toMatchObject({ files: [`${thorough}.test.ts`], needsBuild: true });
});

it.each(['tests/integration/store', 'tests/e2e/branches', 'tests/unit/packages/weights'])('builds for %s', (given) => {
  expect(selectFiles([given], false).needsBuild).toBe(true);
});

/** Names a folder that the build writes. */
const USES_BUILD = /['"]dist['"]|\b(?:words|extension|native-host|portal|virtual-card)\/dist\b/;

/** Writes such a folder of its own. */
const OWN_FOLDER = 'tests/unit/scripts/build-id.test.ts';

it('knows the files of the lower levels that read what the build has written', () => {
  const { files } = selectFiles(['tests/(unit|engine|simulation)/'], false);
  expect(files.filter((file) => !needsBuild(file) && USES_BUILD.test(read(file)))).toEqual([OWN_FOLDER]);
});
