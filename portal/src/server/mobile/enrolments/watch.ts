import type { EnrolmentStatus } from '@cardwright/protocol';
import { isFinal } from './enrolment-state.js';
import type { WakeUps } from './wake-ups.js';

/** Milliseconds between two looks at the database: another process may have changed it. */
const LOOK_AGAIN = 1000;

/**
 * The status now, and each time that it has changed, until it is final or `signal` is aborted. Nothing is left behind then.
 *
 * @param read the status of the enrolment as it is
 */
export async function* watchStatus(
  read: () => Promise<EnrolmentStatus>,
  enrolment: string,
  wakeUps: WakeUps,
  signal: AbortSignal,
): AsyncGenerator<EnrolmentStatus, void, undefined> {
  let isWoken = false;
  let wakeSleeper: (() => void) | undefined;
  const wake = (): void => {
    isWoken = true;
    wakeSleeper?.();
  };
  const stopListening = wakeUps.listen(enrolment, wake);
  signal.addEventListener('abort', wake);
  try {
    let last: string | undefined;
    while (!signal.aborted) {
      // Set before it reads: what changes from here on is read next time.
      isWoken = false;
      const status = await read();
      const text = JSON.stringify(status);
      if (text !== last) yield status;
      last = text;
      if (isFinal(status.state)) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, isWoken || signal.aborted ? 0 : LOOK_AGAIN);
        wakeSleeper = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wakeSleeper = undefined;
    }
  } finally {
    signal.removeEventListener('abort', wake);
    stopListening();
  }
}
