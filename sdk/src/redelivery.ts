import { CMS_REDELIVERY_TIME, CardwrightError, isCardwrightError } from '@cardwright/protocol';

/** Why something could not be delivered and is sent again. */
export type Absence = (typeof ABSENCES)[number];
const ABSENCES = ['CMS_UNREACHABLE', 'CA_UNAVAILABLE', 'PASSKEY_SERVICE_UNAVAILABLE'] as const;

/** Milliseconds; each pause is twice as long as the one before. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/** The time that passes between two tries. */
export interface Timing {
  /** Milliseconds since an arbitrary moment. */
  now(): number;
  /** Ends after so many milliseconds, or early when the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Sends what is safe to send twice until it is answered, so that a CMS that is away for a moment costs nothing but that moment.
 *
 * @param onAbsence called before each pause
 * @param patience milliseconds after which it gives up
 * @throws CardwrightError `CANCELLED` as soon as the signal is aborted, else what the last try threw
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
      if (!isAbsence(error) || signal?.aborted || timing.now() + length > begin + patience) throw error;
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
