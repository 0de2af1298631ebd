import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import type { ElementHandle, Page } from 'puppeteer-core';
import { madeOnce } from './made-once.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The part of a page that a user can reach at a moment: all of it, or a modal dialog over it. */
export interface Looks {
  readonly element: ElementHandle;
  /** The same for all that look the same, except for numbers in texts. */
  readonly digest: string;
}

/** Returns the element of the page that has all a user can reach at a moment. */
export const reachOf = (page: Page): Promise<ElementHandle> => page.evaluateHandle(withinReach);

export async function looksOf(page: Page): Promise<Looks> {
  const element = await reachOf(page);
  const digest = createHash('sha256')
    .update(await element.evaluate(describeLooks))
    .digest('hex');
  return { element, digest };
}

/**
 * Returns the faults that axe finds in what a user can reach, as readable lines; `[]` if there are none. What looks the same is judged only once
 * in a run: walks through the wizard pass the same panes again and again.
 */
export async function findAccessibilityFaults(page: Page, looks?: Looks): Promise<string[]> {
  const { element, digest } = looks ?? (await looksOf(page));
  const faults = await madeOnce(`axe-${digest}`, async () => Buffer.from(JSON.stringify(await judge(page, element))));
  return JSON.parse(faults.toString()) as string[];
}

async function judge(page: Page, judged: ElementHandle): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const violations = await judged.evaluate(async (element): Promise<Result[]> => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    // Without this option, axe describes all that passes too, which is most of a page.
    const result = await axe.run(element, { resultTypes: ['violations'] });
    return result.violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

/** Returns the element of the page that has all a user can reach: the one whose modal dialog is open, else the page's root. */
function withinReach(): Element {
  /** An element with all that its slots show. */
  const whole = (element: Element): Element => {
    const root = element.getRootNode();
    return root instanceof ShadowRoot && element.querySelector('slot') ? whole(root.host) : element;
  };
  const modalIn = (root: Document | ShadowRoot): Element | undefined => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches('dialog:modal')) return root instanceof ShadowRoot ? whole(root.host) : element;
      const within = element.shadowRoot && modalIn(element.shadowRoot);
      if (within) return within;
    }
    return undefined;
  };
  return modalIn(document) ?? document.documentElement;
}

/**
 * Returns all that axe's verdict about an element may depend on: the elements in it, the styles, the size and the colours. In texts, numbers of
 * two digits and more, such as those of a device, count as one.
 */
function describeLooks(element: Element): string {
  const sheets = new Set<CSSStyleSheet>();
  const shadowRoots: ShadowRoot[] = [];
  const collect = (root: Document | ShadowRoot): void => {
    for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) sheets.add(sheet);
    for (const { shadowRoot } of root.querySelectorAll('*'))
      if (shadowRoot) {
        shadowRoots.push(shadowRoot);
        collect(shadowRoot);
      }
  };
  collect(document);
  const attributesOf = ({ attributes }: Element) => [...attributes].map(({ name, value }) => [name, value]);
  return JSON.stringify([
    [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches],
    document.title,
    attributesOf(document.documentElement),
    attributesOf(element),
    [...sheets].map(({ cssRules }) => [...cssRules].map(({ cssText }) => cssText)),
    element
      .getHTML({ shadowRoots })
      .replaceAll(/>[^<]*/g, (text) => text.replaceAll(/\b[\da-f][\da-f-]{7,}\b/gi, '00').replaceAll(/\d{2,}/g, '00')),
  ]);
}
