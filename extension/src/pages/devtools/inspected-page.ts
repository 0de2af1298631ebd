import * as v from 'valibot';
import { browser } from '../../browser.js';

/** Whether this page is a part of the developer tools: only there the browser gives it their interface. */
export const isDevTools = (): boolean => 'devtools' in browser && typeof browser.devtools === 'object';

/** Firefox answers with a result and an exception, Chromium with the result alone. */
const answer = v.union([
  v.string(),
  v.pipe(
    v.tupleWithRest([v.string()], v.unknown()),
    v.transform(([origin]) => origin),
  ),
]);

/** The origin of the page that is looked at; null where it has none that could have a session. */
export async function inspectedOrigin(): Promise<string | null> {
  const parsed = v.safeParse(answer, await evaluate('location.origin'));
  return parsed.success && /^https?:\/\//.test(parsed.output) ? parsed.output : null;
}

/** Undefined where the browser lets no extension look at the page, as at its own. */
async function evaluate(expression: string): Promise<unknown> {
  try {
    return await browser.devtools.inspectedWindow.eval(expression);
  } catch {
    return undefined;
  }
}
