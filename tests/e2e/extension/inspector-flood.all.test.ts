import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FLOOD, flood, openFloodableInspector, type FloodableInspector } from '../../support/inspector-flood.js';
import { issuance } from '../../support/trace-writer.js';

/** Rows that fill a window several times. */
const MOST_ROWS = 100;

/** Entries of an issuance with a wrong PIN that tell of it: the card's answer, the host's and the extension's. They are its last. */
const ERRORS = 3;

let opened: FloodableInspector;
beforeAll(async () => {
  opened = await openFloodableInspector();
  await flood(opened.inspector);
});
afterAll(() => opened.browser.close());

it('has all of 50,000 messages, and rows for those that are in sight alone, wherever it is scrolled', async () => {
  const { page } = opened.inspector;
  for (const share of [0, 1 / 2, 1]) {
    await page.$eval('#grid', (grid, to) => grid.scrollTo(0, to * grid.scrollHeight), share);
    await opened.inspector.drawn();
    const rows = await page.$$eval('.canvas .row', ({ length }) => length);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(MOST_ROWS);
  }
});

it('finds the errors among them by a filter, and counts them', async () => {
  const { inspector } = opened;
  await inspector.filter('is:error');
  const shown = ERRORS * Math.floor(FLOOD / issuance('any', { fails: true }).length);
  await inspector.page.waitForFunction(
    (count) => document.querySelector('#count')?.textContent === count,
    {},
    `${shown} of ${FLOOD} entries`,
  );
});
