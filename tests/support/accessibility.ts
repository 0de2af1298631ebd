import axe, { type Result } from 'axe-core';
import type { Page } from 'puppeteer-core';

/** Returns the faults that axe finds in a page, as readable lines; `[]` if there are none. */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  // Without this option, axe describes all that passes too, which is most of a page.
  const violations = (await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )) as Result[];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
