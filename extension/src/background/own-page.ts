import { browser, type Runtime } from '../browser.js';

/** True if a message comes from a page of the extension, judged by the browser's facts about its sender. */
export function isOwnPage(sender: Runtime.MessageSender | undefined): boolean {
  return sender?.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}
