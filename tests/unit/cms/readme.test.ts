import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inRepository } from '@cardwright/stage';
import { expect, it } from '@jest/globals';

/** Sources that tests run, so that their lines are known to work. */
const TESTED = ['tests/e2e/foreign-portal/portal.ts', 'tests/engine/support/toy-operation.ts'];

const read = (file: string): Promise<string> => readFile(inRepository(file), 'utf8');
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

it('shows in the README of the cms package only lines that tests run', async () => {
  const readme = await read('cms/README.md');
  const shown = [...readme.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code = '']) => linesOf(code));
  const tested = new Set((await Promise.all(TESTED.map(read))).flatMap(linesOf));
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((line) => !tested.has(line))).toEqual([]);
});

it('links from there only to files that exist', async () => {
  const links = [...(await read('cms/README.md')).matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, link = '']) => link);
  expect(links).not.toEqual([]);
  const missing = links.filter((link) => !existsSync(inRepository('cms', link)));
  expect(missing).toEqual([]);
});
