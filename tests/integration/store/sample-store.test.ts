import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { storeCases } from '@cardwright/cms/store-suite';
import { inRepository } from '@cardwright/stage';
import { expect, it } from '@jest/globals';
import { drawnTests } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const execute = promisify(execFile);

/** Environment without the variables that the runner of this test passes to its own processes. */
const env = { PATH: process.env.PATH };

drawnIt('runs every case under the runner of Node.js, as docs/sample-store plugs a store in', async () => {
  const sample = inRepository('docs', 'sample-store', 'store.test.mjs');
  const { stdout } = await execute(process.execPath, ['--test', '--test-reporter=tap', sample], { env });
  expect(stdout).toContain(`\n# pass ${storeCases.length}\n`);
  expect(stdout).toContain('\n# fail 0\n');
});

it('finds the code of docs/sample-store in docs/store.md', async () => {
  const read = (...names: readonly string[]): Promise<string> => readFile(inRepository('docs', ...names), 'utf8');
  const page = await read('store.md');
  const [stage = '', test = ''] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
  expect(await read('sample-store', 'stage.mjs')).toContain(stage);
  expect(await read('sample-store', 'store.test.mjs')).toBe(test);
});

drawnIt('packs the suite with the cms package', async () => {
  const pack = ['pack', '--dry-run', '--json', '--workspace', '@cardwright/cms'];
  const { stdout } = await execute('npm', pack, { cwd: inRepository(), env });
  const [archive] = JSON.parse(stdout) as readonly { files: readonly { path: string }[] }[];
  const names = archive?.files.map(({ path }) => path);
  expect(names).toEqual(expect.arrayContaining(['dist/store-suite.js', 'dist/store-suite.d.ts']));
});
