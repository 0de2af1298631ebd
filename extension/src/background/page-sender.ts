import { origin as originSchema } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import type { Asker } from './site-access.js';

/**
 * Returns the page at the other end of a port, as the browser identifies it. No message of the page is used for this. Returns null if the
 * page is insecure (neither https, nor http on this computer), or if it is not the top frame of a tab.
 */
export function pageSender(sender: Runtime.MessageSender | undefined): Asker | null {
  const tabId = sender?.tab?.id;
  if (sender?.frameId !== 0 || tabId === undefined || !sender.tab) return null;
  const origin = originOf(sender);
  return origin === null ? null : { origin, tabId, isPrivate: sender.tab.incognito };
}

/**
 * Returns the sender's origin; null if it is not valid. Chromium reports the origin itself (`null` for a sandboxed page), Firefox only
 * the address. A sender with neither is refused.
 */
function originOf(sender: Runtime.MessageSender): string | null {
  const { url = '' } = sender;
  const address = URL.canParse(url) ? new URL(url).origin : null;
  const told: unknown = 'origin' in sender ? sender.origin : address;
  const parsed = v.safeParse(originSchema, told);
  return parsed.success ? parsed.output : null;
}
