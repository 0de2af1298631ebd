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
  WINDOW_NOT_ALLOWED: 'site',
  HOST_MISSING: 'host',
  HOST_FORBIDDEN: 'host',
  HOST_CRASHED: 'host',
  PCSC_UNAVAILABLE: 'reader',
  NO_READER: 'reader',
};
const LINE_OF_PART = { sdk: 'site', extension: 'extension', host: 'host' } as const;

/** How far the checks came when one of them threw: at the line of which the error speaks, else where it happened. */
export function checksAfter(error: CardwrightError, { reader }: Checks): Checks {
  const where = reader === 'waiting' ? 'host' : 'reader';
  const line = isCardwrightError(error, 'VERSION_MISMATCH') ? LINE_OF_PART[error.data.update] : LINE_OF[error.code];
  return checksAt(line ?? where, 'failed');
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onChecks: (checks: Checks) => void;
  /** Resolves when the user wants to be asked again. */
  readonly waitForConsentWish: (checks: Checks) => Promise<void>;
}

/**
 * Opens a session; asks the user for access at once where it was never asked for, and again whenever she wishes. What is left to
 * check then is the reader.
 *
 * @throws CardwrightError as `connect`
 */
export async function checkComputer({ signal, onChecks, waitForConsentWish }: CheckOptions): Promise<Client> {
  onChecks(checksAt('extension', 'running'));
  for (;;) {
    try {
      const client = await connect({ signal });
      onChecks(checksAt('reader', 'running'));
      return client;
    } catch (error) {
      if (!wasNotAsked(error)) throw error;
    }
    for (let isAnswered = false; !isAnswered;) {
      onChecks(checksAt('site', 'asking'));
      isAnswered = await ask(signal);
      if (!isAnswered) await waitForConsentWish(checksAt('site', 'needed'));
    }
  }
}

/** Whether the user answered; closing the window is no answer. */
async function ask(signal: AbortSignal): Promise<boolean> {
  try {
    await requestAccess(undefined, { signal });
    return true;
  } catch (error) {
    if (wasNotAsked(error)) return false;
    throw error;
  }
}

const wasNotAsked = (error: unknown): boolean =>
  isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent === 'needed';
