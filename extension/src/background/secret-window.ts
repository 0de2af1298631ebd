import { CardwrightError, isUserMethod, validate } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { sessionIdOf, type Request } from '@cardwright/protocol/messages';
import type { WindowContent } from '../own-window-content.js';
import type { OwnWindows } from './own-windows.js';
import { createForHost, type CeremonySession } from './passkeys/ceremony.js';

/** The end of a host's question. */
interface Until {
  /** Aborts when the host withdraws its question. */
  readonly signal: AbortSignal;
  /** Aborts when the command for which the host asks has ended. */
  readonly command: AbortSignal;
}

/**
 * Answers a request of the host for the user: secrets, a confirmation, or a passkey. The page takes no part in it.
 *
 * @param session contains the host's key, received from the host itself and never through the page
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
    return windows.ask('confirm', { origin, action, device }, { owner, signal });
  }
  const asked = validate(userRequests[method].params, params ?? {});
  const host = { session: await sessionIdOf(hostKey), key: hostKey };
  // A user who reports a forgotten PIN has entered nothing that the device could check.
  const mayAskAgain = asked.mayAskAgain === true && !asked.mayForget;
  const content = { ...asked, mayAskAgain, origin, host };
  const check = { mayAskAgain, command, subject: subjectOf(content) };
  const answer = await windows.ask('secret', content, { owner, signal }, check);
  if ('forgotten' in answer) throw new CardwrightError(asked.mayForget ? 'FIDO_PIN_FORGOTTEN' : 'USER_CANCELLED');
  if (asked.secrets.some((name) => answer.sealed[name] === undefined)) throw new CardwrightError('USER_CANCELLED');
  return answer;
}

/** Identifies a question by everything that a PIN is sealed to, and by the PIN that is asked for. */
const subjectOf = ({ origin, host, operation, device, secrets }: WindowContent<'secret'>): string =>
  JSON.stringify([origin, host.session, operation, device.id, secrets]);
