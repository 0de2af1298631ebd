import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { inRepository, type Look } from '@cardwright/demo';

/**
 * Photographs whatever a person sees, into tests/screenshots/FOLDER: one file for each pane and window, named after the
 * test, in the order in which they were seen.
 */
export function photographer(folder: string): Look {
  const target = inRepository('tests', 'screenshots', folder);
  mkdirSync(target, { recursive: true });
  const taken = new Map<string, number>();
  return async (page, name) => {
    const test = fileName(expect.getState().currentTestName ?? 'outside');
    const number = (taken.get(test) ?? 0) + 1;
    taken.set(test, number);
    const file = `${test}.${String(number).padStart(2, '0')}-${name}.png` as const;
    await page.screenshot({ path: join(target, file), captureBeyondViewport: false });
  };
}

const LONGEST_NAME = 120;

const fileName = (text: string): string =>
  text
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST_NAME);
