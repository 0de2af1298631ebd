import { CardwrightError, isUserMethod, sessionIdOf, userRequests, validate, type Request } from '@cardwright/protocol';
import type { WindowContent } from '../own-window.js';
import type { OwnWindows } from './own-windows.js';
import { createForHost, type CeremonySession } from './passkeys/ceremony.js';

/** Until when a question of the host is of use. */
interface Until {
  /** The host withdraws it. */
  readonly signal: AbortSignal;
  /** The command for which it asks has ended. */
  readonly command: AbortSignal;
}

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
  { signal, command }: Until,
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
  // Whoever says that a PIN is forgotten has entered nothing that the device could check.
  const mayAskAgain = asked.mayAskAgain === true && !asked.mayForget;
  const content = { ...asked, mayAskAgain, origin, host };
  const check = { mayAskAgain, command, subject: subjectOf(content) };
  const answer = await windows.ask('secret', content, owner, signal, check);
  if ('forgotten' in answer) throw new CardwrightError(asked.mayForget ? 'FIDO_PIN_FORGOTTEN' : 'USER_CANCELLED');
  if (asked.secrets.some((name) => answer.sealed[name] === undefined)) throw new CardwrightError('USER_CANCELLED');
  return answer;
}

/** All to which a PIN is sealed, and which PIN it is. */
const subjectOf = ({ origin, host, operation, device, secrets }: WindowContent<'secret'>): string =>
  JSON.stringify([origin, host.session, operation, device.id, secrets]);
