import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { inRepository, type Look } from '@cardwright/stage';
import { findAccessibilityFaults, looksOf } from '../accessibility.js';
import { madeOnce } from '../made-once.js';

/**
 * Takes a screenshot of every pane and window that a user sees, into tests/screenshots/FOLDER, named after the test and numbered in order. A run
 * takes one of what looks the same. Also checks each with axe, but only once for tests that differ by a number. `npm test` takes none, because that
 * is half the cost of a walk through the wizard.
 */
export function photographer(folder: string): Look {
  if (!globalThis.runsEverything) return () => Promise.resolve();
  const target = inRepository('tests', 'screenshots', folder);
  mkdirSync(target, { recursive: true });
  const taken = new Map<string, number>();
  const judged = new Set<string>();
  return async (page, name) => {
    const test = fileName(expect.getState().currentTestName ?? 'outside');
    const number = (taken.get(test) ?? 0) + 1;
    taken.set(test, number);
    const file = `${test}.${String(number).padStart(2, '0')}-${name}.png` as const;
    await page.evaluate(endMovements);
    const looks = await looksOf(page);
    await madeOnce(`photograph-${looks.digest}`, async () => {
      await page.screenshot({ path: join(target, file), captureBeyondViewport: false });
      return Buffer.from(file);
    });
    const kind = file.replaceAll(/\d+/g, '');
    if (judged.has(kind)) return;
    judged.add(kind);
    expect({ file, faults: await findAccessibilityFaults(page, looks) }).toEqual({ file, faults: [] });
  };
}

/** Ends fade-ins, during which text is too pale for axe. Endless animations keep running. */
function endMovements(): void {
  const endIn = (root: Document | ShadowRoot): void => {
    for (const animation of root.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) endIn(shadowRoot);
  };
  endIn(document);
}

const LONGEST_NAME = 120;

const fileName = (text: string): string =>
  text
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST_NAME);
