import { CardwrightError, isUserMethod, validate } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { sessionIdOf, type Request } from '@cardwright/protocol/messages';
import type { WindowContent } from '../own-window-content.js';
import { READER_LIMIT } from './checking-windows.js';
import type { OwnWindows } from './own-windows.js';
import { createForHost, type CeremonySession } from './passkeys/ceremony.js';

/** Signals that end a host's question. */
interface Until {
  /** Signal that is aborted when the host withdraws its question. */
  readonly signal: AbortSignal;
  /** Signal that is aborted like `CommandUnderWay.ended`, for the command for which the host asks. */
  readonly command: AbortSignal;
}

/**
 * Asks the user what the host requests: secrets, an entry at the reader, a confirmation, or a passkey. The page is not involved.
 *
 * @param session the page session. The session's host key comes from the host itself, never through the page.
 * @throws CardwrightError `METHOD_NOT_FOUND`, `INVALID_PARAMS`, `CANCELLED`, or an error that the protocol lists for the request
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
    const asked = validate(userRequests[method].params, params ?? {});
    return windows.ask('confirm', { ...asked, origin }, { owner, signal });
  }
  if (method === 'user.useReader') {
    const asked = validate(userRequests[method].params, params ?? {});
    const { operation, device } = asked;
    // The reader may ask for several entries, and each may be repeated. The window stays until the command has ended.
    const subject = JSON.stringify([origin, await sessionIdOf(hostKey), operation, device.id, method]);
    const check = { mayAskAgain: true, command, subject, limit: READER_LIMIT };
    return windows.ask('reader', { ...asked, origin }, { owner, signal }, check);
  }
  const asked = validate(userRequests[method].params, params ?? {});
  const host = { session: await sessionIdOf(hostKey), key: hostKey };
  // If the user can report a forgotten PIN, the window does not stay open, because there may be no entry to check.
  const mayAskAgain = asked.mayAskAgain === true && !asked.mayForget;
  const content = { ...asked, mayAskAgain, origin, host };
  const check = { mayAskAgain, command, subject: subjectOf(content) };
  const answer = await windows.ask('secret', content, { owner, signal }, check);
  if ('forgotten' in answer) throw new CardwrightError(asked.mayForget ? 'FIDO_PIN_FORGOTTEN' : 'USER_CANCELLED');
  if (asked.secrets.some((name) => answer.sealed[name] === undefined)) throw new CardwrightError('USER_CANCELLED');
  return answer;
}

/** Returns a text that identifies a question: everything to which a PIN is sealed, and which PINs are asked for. */
const subjectOf = ({ origin, host, operation, device, secrets }: WindowContent<'secret'>): string =>
  JSON.stringify([origin, host.session, operation, device.id, secrets]);
