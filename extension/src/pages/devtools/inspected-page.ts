import * as v from 'valibot';
import { browser } from '../../browser.js';

/** True if this page belongs to the developer tools. The browser offers the interface of the developer tools nowhere else. */
export const isDevTools = (): boolean => 'devtools' in browser && typeof browser.devtools === 'object';

/** Schema of the answer of `eval`. Firefox answers with a result and an exception, Chromium only with the result. */
const answer = v.union([
  v.string(),
  v.pipe(
    v.tupleWithRest([v.string()], v.unknown()),
    v.transform(([origin]) => origin),
  ),
]);

/** Returns the origin of the inspected page; null if the page cannot have a session. */
export async function inspectedOrigin(): Promise<string | null> {
  const parsed = v.safeParse(answer, await evaluate('location.origin'));
  return parsed.success && /^https?:\/\//.test(parsed.output) ? parsed.output : null;
}

/**
 * Evaluates an expression in the inspected page. Returns undefined if the browser lets no extension inspect the page, as for its own
 * pages.
 */
async function evaluate(expression: string): Promise<unknown> {
  try {
    const { devtools } = await import('./devtools-interface.js');
    return await devtools.inspectedWindow.eval(expression);
  } catch {
    return undefined;
  }
}
