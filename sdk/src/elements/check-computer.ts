import { CardwrightError, describeError, isCardwrightError, type ErrorCode, type Layer } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { connect, requestAccess } from '../connect.js';
import { checksAt, type CheckLine, type Checks } from './checks.js';

/**
 * For each layer of the error catalogue, the line in the list of checks at which errors of this layer are shown. `checksAfter` chooses the
 * line for errors of the other layers (`sdk`, `device`).
 */
const LINE_OF: Partial<Readonly<Record<Layer, CheckLine>>> = {
  extension: 'extension',
  host: 'host',
  reader: 'reader',
  cms: 'site',
};
/** Errors of the extension's layer that concern the site rather than the extension itself. */
const OF_THE_SITE: readonly ErrorCode[] = [
  'SITE_NOT_GRANTED',
  'PERMISSION_DENIED',
  'INSECURE_CONTEXT',
  'CMS_KEYS_UNAVAILABLE',
  'WINDOW_NOT_ALLOWED',
];
const LINE_OF_PART = { sdk: 'site', extension: 'extension', host: 'host' } as const;

/** Classes of commands that operations need. */
const NEEDED = ['read', 'use', 'manage'] as const;

/**
 * Returns the checks after an error, with one failed line: the line of the part to update (`VERSION_MISMATCH`), the line of the site
 * (`OF_THE_SITE`), or the line of the error's layer. For a layer without a line, the failed line is `reader` if the check has reached this
 * line, and `host` if not.
 */
export function checksAfter(error: CardwrightError, { reader }: Checks): Checks {
  const where = reader === 'waiting' ? 'host' : 'reader';
  if (isCardwrightError(error, 'VERSION_MISMATCH')) return checksAt(LINE_OF_PART[error.data.update], 'failed');
  const line = OF_THE_SITE.includes(error.code) ? 'site' : LINE_OF[describeError(error.code).layer];
  return checksAt(line ?? where, 'failed');
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onChecks: (checks: Checks) => void;
  /** Called when the user is asked for access, with a function that brings the extension's window to the front. */
  readonly onAsked: (showWindow: () => Promise<void>) => void;
  /** Resolves when the user wants to be asked again. */
  readonly waitForConsentWish: (checks: Checks) => Promise<void>;
  /** Resolves when a site that the user refused may ask again. */
  readonly waitForPardon: (error: CardwrightError, checks: Checks) => Promise<void>;
}

/**
 * Opens a session in which the site may use every class of commands that an operation needs. If a class is missing, the user is asked at
 * once, and again whenever the user wishes. If the user refused the site, this waits until the site may ask again. Once the session is open,
 * only the reader is left to check.
 *
 * @throws CardwrightError the errors of `connect` and `requestAccess` (after a `SITE_NOT_GRANTED` that the user can change, this waits
 * instead); `PERMISSION_DENIED` if a class is still missing after the question, for example because the administrator grants the site fewer
 * classes
 */
export async function checkComputer(options: CheckOptions): Promise<Client> {
  const { signal, onChecks } = options;
  onChecks(checksAt('extension', 'running'));
  for (let wasAsked = false; ; wasAsked = true) {
    const client = await connectWhereGranted(signal, () => onChecks(checksAt('host', 'running')));
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
    }
  }
}

/** Opens a session. Returns null if the site is granted nothing, because the user was not asked yet, or has refused. */
async function connectWhereGranted(signal: AbortSignal, onStarting: () => void): Promise<Client | null> {
  try {
    return await connect({ signal, onStarting });
  } catch (error) {
    if (isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent !== 'blocked') return null;
    throw error;
  }
}

/**
 * Asks the user for access. Returns true if access was granted. If access was not granted, waits until the user wishes to be asked, or until
 * the refused site may ask again, and returns false.
 */
async function ask({ signal, onAsked, waitForConsentWish, waitForPardon }: CheckOptions): Promise<boolean> {
  try {
    await requestAccess(NEEDED, { signal, onAsked });
    return true;
  } catch (error) {
    if (!isCardwrightError(error, 'SITE_NOT_GRANTED') || error.data.consent === 'blocked') throw error;
    await (error.data.consent === 'needed'
      ? waitForConsentWish(checksAt('site', 'needed'))
      : waitForPardon(error, checksAt('site', 'failed')));
    return false;
  }
}
