import {
  CardwrightError,
  MAX_MESSAGE_LENGTH,
  commands,
  isMethod,
  isPageMethod,
  type Request,
} from '@cardwright/protocol';
import { readPageMessage } from './page-message.js';

/**
 * Checks that an inspector may run a request: one that the page could have sent too, of a command that changes nothing.
 *
 * @throws CardwrightError `INVALID_MESSAGE`, `METHOD_NOT_FOUND`, `STEP_REQUIRED`, `PERMISSION_DENIED`
 */
export function requireRunnable(request: Request): void {
  const isTooLarge = JSON.stringify(request).length > MAX_MESSAGE_LENGTH;
  if (isTooLarge || readPageMessage(request) === null) throw new CardwrightError('INVALID_MESSAGE');
  const { method } = request;
  if (!isMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
  if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
  const { permission } = commands[method];
  // Commands without a class belong to the beginning of a page's own session.
  if (permission === 'none') throw new CardwrightError('METHOD_NOT_FOUND');
  if (permission !== 'read') throw new CardwrightError('PERMISSION_DENIED', { permission });
}
