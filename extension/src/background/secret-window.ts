import {
  CardwrightError,
  isUserMethod,
  sessionIdOf,
  userRequests,
  validate,
  type PublicJwk,
  type Request,
} from '@cardwright/protocol';
import type { OwnWindows, WindowOwner } from './own-windows.js';

/** What the window needs to know of the session: who asks, and to what the user's entry is sealed. */
export interface AskingSession {
  readonly origin: string;
  readonly owner: WindowOwner;
  /** The key of the host's session, as the host itself told it: never by way of the page. */
  readonly hostKey: PublicJwk;
}

/**
 * Answers a request of the host for the user: secrets, or a confirmation. The page takes no part in it.
 *
 * @throws CardwrightError `USER_CANCELLED`, `USER_TIMEOUT`, `WINDOW_NOT_ALLOWED`
 */
export async function askUser(
  { method, params }: Request,
  { origin, owner, hostKey }: AskingSession,
  windows: OwnWindows,
  signal: AbortSignal,
): Promise<object> {
  if (!isUserMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
  if (method === 'user.createPasskey') throw new CardwrightError('METHOD_NOT_FOUND');
  if (method === 'user.confirm') {
    const { action, device } = validate(userRequests[method].params, params ?? {});
    return windows.ask('confirm', { origin, action, device }, owner, signal);
  }
  const asked = validate(userRequests[method].params, params ?? {});
  const host = { session: await sessionIdOf(hostKey), key: hostKey };
  const answer = await windows.ask('secret', { ...asked, origin, host }, owner, signal);
  if (asked.secrets.some((name) => answer.sealed[name] === undefined)) throw new CardwrightError('USER_CANCELLED');
  return answer;
}
