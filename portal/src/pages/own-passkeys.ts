import { isCardwrightError } from '@cardwright/protocol';
import { call, type AnswerOf } from './api.js';
import { browserNameOf } from './browser-name.js';
import { choosePasskey, createPasskey } from './passkey.js';
import { explain, text } from './text.js';

const PROBLEMS: Readonly<Record<string, string>> = text.signInPasskeys.problems;

/** The outcome of a second step. `closed` means that the user closed the browser's dialog, and `none` that no passkey of the user counts now. */
export type Given = AnswerOf<'POST /api/session/second-factor'> | 'closed' | 'none';

/** Asks the user for one of their passkeys, as the second factor of this session. */
export async function giveSecondFactor(signal: AbortSignal): Promise<Given> {
  const { options } = await call('POST /api/session/second-factor/options', { body: {} });
  if (options.allowCredentials.length === 0) return 'none';
  const credential = await choosePasskey(options, 'optional', withTimeout(signal, options.timeout));
  if (credential === null) return 'closed';
  return call('POST /api/session/second-factor', { body: { credential } });
}

/** The outcome of a registration; null if the user closed the browser's dialog. */
export type Registered = AnswerOf<'POST /api/account/passkeys'> | null;

/** Has the user register a passkey for signing in, and names it after this browser. */
export async function registerPasskey(signal: AbortSignal): Promise<Registered> {
  const { options } = await call('POST /api/account/passkeys/options', { body: {} });
  const credential = await createPasskey(options, withTimeout(signal, options.timeout));
  if (credential === null) return null;
  return call('POST /api/account/passkeys', { body: { credential, name: nameHere() } });
}

/** Returns the problem of a passkey in words for the user. Throws any error that is none of these. */
export function passkeyProblem(error: unknown): string {
  const { problems } = text.signInPasskeys;
  if (isCardwrightError(error)) return PROBLEMS[error.code] ?? explain(error.code) ?? problems.notHere;
  if (!(error instanceof DOMException)) throw error;
  return error.name === 'InvalidStateError' ? problems.known : problems.notHere;
}

const withTimeout = (signal: AbortSignal, timeout: number | undefined): AbortSignal =>
  timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]);

function nameHere(): string {
  const { browser, system } = browserNameOf(navigator.userAgent);
  const { unknownBrowser, browserOn } = text.sessions;
  return system === null ? (browser ?? unknownBrowser) : browserOn(browser ?? unknownBrowser, system);
}
