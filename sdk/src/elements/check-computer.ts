import { CardwrightError, isCardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { connect, requestAccess } from '../connect.js';
import type { Checks } from './pane.js';

const BEGIN: Checks = { extension: 'running', site: 'waiting', host: 'waiting' };
const ALL_PASSED: Checks = { extension: 'passed', site: 'passed', host: 'passed' };
const SITE_FAILED: Checks = { extension: 'passed', site: 'failed', host: 'waiting' };
const HOST_FAILED: Checks = { extension: 'passed', site: 'passed', host: 'failed' };
const EXTENSION_FAILED: Checks = { extension: 'failed', site: 'waiting', host: 'waiting' };

/** Where a code is found out, when it is not the host. */
const FAILED_AT: Partial<Readonly<Record<ErrorCode, Checks>>> = {
  EXTENSION_MISSING: EXTENSION_FAILED,
  SITE_NOT_GRANTED: SITE_FAILED,
  PERMISSION_DENIED: SITE_FAILED,
  INSECURE_CONTEXT: SITE_FAILED,
  CMS_KEYS_UNAVAILABLE: SITE_FAILED,
  WINDOW_NOT_ALLOWED: SITE_FAILED,
};

/** How far the checks came when `connect` or `requestAccess` threw. */
export function checksAt(error: CardwrightError): Checks {
  if (isCardwrightError(error, 'VERSION_MISMATCH'))
    return error.data.update === 'host' ? HOST_FAILED : EXTENSION_FAILED;
  return FAILED_AT[error.code] ?? HOST_FAILED;
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onChecks: (checks: Checks) => void;
  /** Resolves when the user wants to be asked again. */
  readonly waitForConsentWish: (checks: Checks) => Promise<void>;
}

/**
 * Opens a session; asks the user for access at once where it was never asked for, and again whenever she wishes.
 *
 * @throws CardwrightError as `connect`
 */
export async function checkComputer({ signal, onChecks, waitForConsentWish }: CheckOptions): Promise<Client> {
  onChecks(BEGIN);
  for (;;) {
    try {
      const client = await connect({ signal });
      onChecks(ALL_PASSED);
      return client;
    } catch (error) {
      if (!wasNotAsked(error)) throw error;
    }
    for (let isAnswered = false; !isAnswered;) {
      onChecks({ extension: 'passed', site: 'asking', host: 'waiting' });
      isAnswered = await ask(signal);
      if (!isAnswered) await waitForConsentWish({ extension: 'passed', site: 'needed', host: 'waiting' });
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
