import { until, patiently } from '@cardwright/stage';
import type { Browser } from 'puppeteer-core';

/** A policy as chrome://policy shows it. */
export interface ShownPolicy {
  readonly name: string;
  readonly value: unknown;
  /** `OK`, or the problem with the policy. */
  readonly messages: string;
}

/** Lists the browser's policies, as chrome://policy shows them. */
export async function shownPolicies(browser: Browser): Promise<ShownPolicy[]> {
  const page = patiently(await browser.newPage());
  await page.goto('chrome://policy');
  const read = (): Promise<{ name: string; value: string; messages: string }[]> => page.evaluate(readRows);
  // The page is empty until the browser has filled it.
  await until(async () => (await read()).length > 0, { what: 'policies on chrome://policy' });
  const rows = await read();
  await page.close();
  return rows
    .filter(({ value }) => value !== '')
    .map(({ name, value, messages }) => ({ name, value: JSON.parse(value) as unknown, messages }));
}

/** Runs in the page, whose rows are custom elements, each with a shadow tree. */
function readRows(): { name: string; value: string; messages: string }[] {
  const below = (root: ParentNode): Element[] =>
    [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? below(one.shadowRoot) : [])]);
  return below(document)
    .filter(({ localName }) => localName === 'policy-row')
    .map(({ shadowRoot }) => {
      const text = (part: string): string =>
        shadowRoot?.querySelector(`.policy.row > .${part}`)?.textContent.trim() ?? '';
      return { name: text('name'), value: text('value'), messages: text('messages') };
    });
}
