import { CardwrightError, describeError, isCardwrightError, type ErrorCode, type Layer } from '@cardwright/protocol';
import type { Client } from '../client.js';
import { connect, requestAccess } from '../connect.js';
import { checksAt, type CheckLine, type Checks } from './checks.js';

/** The check line for errors of each layer. Errors of the sdk belong to the line at which they happened. */
const LINE_OF: Partial<Readonly<Record<Layer, CheckLine>>> = {
  extension: 'extension',
  host: 'host',
  reader: 'reader',
  cms: 'site',
};
/** Errors of the extension that concern the site, not the extension itself. */
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

/** Returns the state of the checks after an error: it belongs to the line of its layer, otherwise to the line at which it happened. */
export function checksAfter(error: CardwrightError, { reader }: Checks): Checks {
  const where = reader === 'waiting' ? 'host' : 'reader';
  if (isCardwrightError(error, 'VERSION_MISMATCH')) return checksAt(LINE_OF_PART[error.data.update], 'failed');
  const line = OF_THE_SITE.includes(error.code) ? 'site' : LINE_OF[describeError(error.code).layer];
  return checksAt(line ?? where, 'failed');
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onChecks: (checks: Checks) => void;
  /** Called while the user is asked, with a function that brings the extension's window to the front. */
  readonly onAsked: (showWindow: () => Promise<void>) => void;
  /** Resolves when the user wants to be asked again. */
  readonly waitForConsentWish: (checks: Checks) => Promise<void>;
  /** Resolves when a site that its user refused may ask again. */
  readonly waitForPardon: (error: CardwrightError, checks: Checks) => Promise<void>;
}

/**
 * Opens a session with everything that an operation needs. Asks the user for access at once if that was never asked, and again
 * whenever the user wishes. A refused site waits until it may ask. Afterwards only the reader is left to check.
 *
 * @throws CardwrightError as `connect`; `PERMISSION_DENIED` if the administrator grants the site less
 */
export async function checkComputer(options: CheckOptions): Promise<Client> {
  const { signal, onChecks } = options;
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
    }
  }
}

/** Connects; null if the user has not granted the site anything, because it was never asked or refused. */
async function connectWhereGranted(signal: AbortSignal): Promise<Client | null> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent !== 'blocked') return null;
    throw error;
  }
}

/** Asks the user for access. Returns true if something was granted; otherwise the site may ask once more. */
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
