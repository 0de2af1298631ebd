import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { CMS_REDELIVERY_TIME } from '@cardwright/protocol/limits';

/** The reason why a request is repeated: the CMS, or a service behind it, is not available. */
export type Absence = (typeof ABSENCES)[number];
const ABSENCES = ['CMS_UNREACHABLE', 'CA_UNAVAILABLE', 'PASSKEY_SERVICE_UNAVAILABLE'] as const;

/** Milliseconds before a request is first repeated. Each further pause is twice as long as the pause before, up to `LONGEST_PAUSE`. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/** Clock and pauses between attempts to deliver a request. */
export interface Timing {
  /** Returns the milliseconds since an arbitrary fixed moment. */
  now(): number;
  /** Resolves after the given time, or as soon as the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Sends a request that may be sent twice, and repeats it while the CMS, or a service behind it, is not available. So a short outage costs
 * nothing but time.
 *
 * @param onAbsence called before each pause
 * @param patience milliseconds from the first attempt after which no further attempt begins
 * @throws CardwrightError `CANCELLED` if the signal is aborted before an answer arrives, or the error of the last attempt
 */
export async function sendUntilAnswered<T>(
  send: () => Promise<T>,
  onAbsence: (absence: Absence) => void,
  signal: AbortSignal | undefined,
  timing: Timing = REAL_TIME,
  patience: number = CMS_REDELIVERY_TIME,
): Promise<T> {
  const begin = timing.now();
  for (let length = FIRST_PAUSE; ; length = Math.min(2 * length, LONGEST_PAUSE)) {
    try {
      return await send();
    } catch (error) {
      if (!isAbsence(error)) throw error;
      if (signal?.aborted) throw new CardwrightError('CANCELLED');
      if (timing.now() + length > begin + patience) throw error;
      onAbsence(error.code);
    }
    await timing.pause(length, signal);
    if (signal?.aborted) throw new CardwrightError('CANCELLED');
  }
}

const isAbsence = (error: unknown): error is CardwrightError<Absence> =>
  ABSENCES.some((code) => isCardwrightError(error, code));

export const REAL_TIME: Timing = {
  now: () => performance.now(),
  pause: (milliseconds, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
    }),
};
