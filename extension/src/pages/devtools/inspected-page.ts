import * as v from 'valibot';
import { browser } from '../../browser.js';

/** Whether this page is a part of the developer tools: only there the browser gives it their interface. */
export const isDevTools = (): boolean => 'devtools' in browser && typeof browser.devtools === 'object';

/** The origin of the page that is looked at; null where it has none that could have a session. */
export async function inspectedOrigin(): Promise<string | null> {
  const [origin] = await browser.devtools.inspectedWindow.eval('location.origin');
  const parsed = v.safeParse(v.pipe(v.string(), v.regex(/^https?:\/\//)), origin);
  return parsed.success ? parsed.output : null;
}
