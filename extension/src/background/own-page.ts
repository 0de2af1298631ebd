import { browser, type Runtime } from '../browser.js';

/** Whether a message comes from a page of the extension, by what the browser says of its sender. */
export function isOwnPage(sender: Runtime.MessageSender | undefined): boolean {
  return sender?.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}
