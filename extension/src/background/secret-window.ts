import { CardwrightError, isUserMethod, sessionIdOf, userRequests, validate, type Request } from '@cardwright/protocol';
import type { OwnWindows } from './own-windows.js';
import { createForHost, type CeremonySession } from './passkeys/ceremony.js';

/**
 * Answers a request of the host for the user: secrets, a confirmation, or a passkey. The page takes no part in it.
 *
 * @param session whose host key is as the host itself told it: never by way of the page
 * @throws CardwrightError as the request's entry in the table lists
 */
export async function askUser(
  { method, params }: Request,
  session: CeremonySession,
  windows: OwnWindows,
  signal: AbortSignal,
): Promise<object> {
  if (!isUserMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
  if (method === 'user.createPasskey') return createForHost(params ?? {}, session, windows, signal);
  const { owner, hostKey, page } = session;
  const { origin } = page;
  if (method === 'user.confirm') {
    const { action, device } = validate(userRequests[method].params, params ?? {});
    return windows.ask('confirm', { origin, action, device }, owner, signal);
  }
  const asked = validate(userRequests[method].params, params ?? {});
  const host = { session: await sessionIdOf(hostKey), key: hostKey };
  const answer = await windows.ask('secret', { ...asked, origin, host }, owner, signal);
  if ('forgotten' in answer) throw new CardwrightError(asked.mayForget ? 'FIDO_PIN_FORGOTTEN' : 'USER_CANCELLED');
  if (asked.secrets.some((name) => answer.sealed[name] === undefined)) throw new CardwrightError('USER_CANCELLED');
  return answer;
}
