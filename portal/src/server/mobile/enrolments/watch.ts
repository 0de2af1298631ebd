import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { isFinal } from './enrolment-state.js';
import type { WakeUps } from './wake-ups.js';

/** Milliseconds after which the status is read again even if nothing woke this process, because another process may have changed the enrolment. */
const LOOK_AGAIN = 1000;

/**
 * Yields the status now and after each change, until the status is final or `signal` is aborted. Also ends when the consumer stops reading.
 *
 * @param read reads the current status of the enrolment
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
      // The flag is reset before the status is read, so that any later change is read next time.
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
