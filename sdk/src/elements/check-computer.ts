import { CardwrightError, isCardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { connect, requestAccess } from '../connect.js';
import { CHECK_LINES, type CheckLine, type Checks, type CheckState } from './pane.js';

/** A check has come to this line: those before it passed, those after it wait. */
export function checksAt(line: CheckLine, state: CheckState): Checks {
  const position = CHECK_LINES.indexOf(line);
  const stateOf = (other: CheckLine): CheckState => {
    const distance = CHECK_LINES.indexOf(other) - position;
    return distance === 0 ? state : distance < 0 ? 'passed' : 'waiting';
  };
  return {
    extension: stateOf('extension'),
    site: stateOf('site'),
    host: stateOf('host'),
    reader: stateOf('reader'),
  };
}

/** The line of what a code speaks of, wherever it is found out. */
const LINE_OF: Partial<Readonly<Record<ErrorCode, CheckLine>>> = {
  EXTENSION_MISSING: 'extension',
  EXTENSION_LOST: 'extension',
  SITE_NOT_GRANTED: 'site',
  PERMISSION_DENIED: 'site',
  INSECURE_CONTEXT: 'site',
  CMS_KEYS_UNAVAILABLE: 'site',
  CMS_UNREACHABLE: 'site',
  WINDOW_NOT_ALLOWED: 'site',
  TOO_MANY_SESSIONS: 'extension',
  HOST_MISSING: 'host',
  HOST_FORBIDDEN: 'host',
  HOST_CRASHED: 'host',
  PCSC_UNAVAILABLE: 'reader',
  NO_READER: 'reader',
};
const LINE_OF_PART = { sdk: 'site', extension: 'extension', host: 'host' } as const;

/** Classes of commands that an issuance needs. */
const NEEDED = ['read', 'use', 'manage'] as const;

/** How far the checks came when one of them threw: at the line of which the error speaks, else where it happened. */
export function checksAfter(error: CardwrightError, { reader }: Checks): Checks {
  const where = reader === 'waiting' ? 'host' : 'reader';
  const line = isCardwrightError(error, 'VERSION_MISMATCH') ? LINE_OF_PART[error.data.update] : LINE_OF[error.code];
  return checksAt(line ?? where, 'failed');
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onChecks: (checks: Checks) => void;
  /** Called while the user is asked, with what brings the extension's window to the front. */
  readonly onAsked: (showWindow: () => Promise<void>) => void;
  /** Resolves when the user wants to be asked again. */
  readonly waitForConsentWish: (checks: Checks) => Promise<void>;
}

/**
 * Opens a session with all that an issuance needs; asks the user for access at once where it was never asked for, and again
 * whenever she wishes. What is left to check then is the reader.
 *
 * @throws CardwrightError as `connect`; `PERMISSION_DENIED` where the administrator grants the site less
 */
export async function checkComputer(options: CheckOptions): Promise<Client> {
  const { signal, onChecks, waitForConsentWish } = options;
  onChecks(checksAt('extension', 'running'));
  for (let wasAsked = false; ; wasAsked = true) {
    const client = await connectWhereGranted(signal);
    const missing = NEEDED.find((one) => client?.session.granted.includes(one) === false);
    if (client && missing === undefined) {
      onChecks(checksAt('reader', 'running'));
      return client;
    }
    client?.close();
    if (wasAsked && missing !== undefined) throw new CardwrightError('PERMISSION_DENIED', { permission: missing });
    for (let isAnswered = false; !isAnswered;) {
      onChecks(checksAt('site', 'asking'));
      isAnswered = await ask(options);
      if (!isAnswered) await waitForConsentWish(checksAt('site', 'needed'));
    }
  }
}

/** Null where the site was never asked for. */
async function connectWhereGranted(signal: AbortSignal): Promise<Client | null> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (wasNotAsked(error)) return null;
    throw error;
  }
}

/** Whether the user answered; closing the window is no answer. */
async function ask({ signal, onAsked }: CheckOptions): Promise<boolean> {
  try {
    await requestAccess(NEEDED, { signal, onAsked });
    return true;
  } catch (error) {
    if (wasNotAsked(error)) return false;
    throw error;
  }
}

const wasNotAsked = (error: unknown): boolean =>
  isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent === 'needed';
