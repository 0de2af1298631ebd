import { isCardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { REFUSALS, type Refusal } from '../server/routes/table/refusals.js';
import { call } from './api.js';

/** Channel by which the page of a proof window says that the portal has judged the provider's answer. */
const CHANNEL = 'cardwright-proof';
/** Milliseconds between two questions whether the portal has taken a proof. */
const INTERVAL = 1000;
/** Milliseconds that a person may take at the provider. */
const LONGEST = 10 * 60 * 1000;
const FEATURES = 'popup,width=520,height=720';

/** What the page of a proof window says. `refusal` is null if the portal has taken the proof. */
const judged = v.object({ refusal: v.nullable(v.picklist(REFUSALS)) });

/** Why a proof window gave no proof: `blocked` if the browser has not opened it, `late` if nothing came for too long. */
export type WindowProblem = Refusal | 'blocked' | 'late';

/**
 * Opens an empty window for a proof at a provider. Call this in the handler of a click, because browsers block windows that open later.
 *
 * @returns null if the browser blocks the window
 */
export const openProofWindow = (): Window | null => window.open('about:blank', '_blank', FEATURES);

/** Says to the page that waits for a proof that the portal has judged the provider's answer. */
export function tellJudged(refusal: Refusal | null): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ refusal });
  channel.close();
}

/**
 * Leads a window to the provider of the session, and waits until the portal has taken the proof. Only the portal's answer counts: the window is cut off
 * from this page (Cross-Origin-Opener-Policy), and whatever a channel says, this page asks the portal.
 *
 * @param opened the window that the click has opened
 * @param signal aborted when nobody waits any more
 * @param tell is called with each problem after which the person can still complete the proof in the window
 * @returns true once the portal has taken a proof; false if nothing is to be expected from the window
 * @throws CardwrightError as `call` does; `LOGIN_REQUIRED` if the session has ended
 */
export async function proveInWindow(
  opened: Window | null,
  signal: AbortSignal,
  tell: (problem: WindowProblem) => void,
): Promise<boolean> {
  if (opened === null) {
    tell('blocked');
    return false;
  }
  const channel = new BroadcastChannel(CHANNEL);
  try {
    const before = await endOfSession();
    const begun = await call('POST /api/session/proof/provider', { body: {} });
    if ('refusal' in begun || signal.aborted) {
      if ('refusal' in begun) tell(begun.refusal);
      opened.close();
      return false;
    }
    opened.opener = null;
    opened.location.replace(begun.url);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (v.is(judged, data) && data.refusal !== null) tell(data.refusal);
    });
    const until = Date.now() + LONGEST;
    const isWanted = (): boolean => !signal.aborted;
    while (isWanted() && Date.now() < until) {
      await nextLook(channel, signal);
      const now = await endOfSession();
      if (now !== before) return true;
    }
    if (isWanted()) tell('late');
    return false;
  } catch (error) {
    opened.close();
    throw error;
  } finally {
    channel.close();
  }
}

/**
 * Returns the latest end of the session, which each proof puts off. Asks twice: a request that is under way when the session gets its new cookie still
 * has the old one.
 */
async function endOfSession(): Promise<string> {
  try {
    return (await call('GET /api/session/proof')).endsAt;
  } catch (error) {
    if (!isCardwrightError(error, 'LOGIN_REQUIRED')) throw error;
    return (await call('GET /api/session/proof')).endsAt;
  }
}

/** Waits for the time to ask the portal again: soon, or as soon as the window says something or nobody waits any more. */
function nextLook(channel: BroadcastChannel, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      channel.removeEventListener('message', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, INTERVAL);
    channel.addEventListener('message', done);
    signal.addEventListener('abort', done);
  });
}
