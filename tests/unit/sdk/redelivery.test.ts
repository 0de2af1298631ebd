import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import { sendUntilAnswered } from '../../../sdk/src/redelivery.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Sends a request that always fails, and records the seconds of its tries. */
function sendInVain(error: CardwrightError, signal?: AbortSignal) {
  const begin = jest.now();
  const tries: number[] = [];
  const absences: ErrorCode[] = [];
  const outcome = sendUntilAnswered(
    () => {
      tries.push((jest.now() - begin) / 1000);
      return Promise.reject(error);
    },
    (absence) => absences.push(absence),
    signal,
  ).catch((error: unknown) => error);
  return { tries, absences, outcome };
}

describe('sending until it is answered', () => {
  it('makes longer and longer pauses, and gives up after half a minute', async () => {
    const { tries, absences, outcome } = sendInVain(new CardwrightError('CMS_UNREACHABLE'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(tries).toEqual([0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5, 22.5, 27.5]);
    expect(absences).toHaveLength(tries.length - 1);
    await expect(outcome).resolves.toMatchObject({ code: 'CMS_UNREACHABLE' });
  });

  it.each([
    new CardwrightError('CMS_UNREACHABLE'),
    new CardwrightError('CA_UNAVAILABLE'),
    new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: 'entra' }),
  ])('ends at the first answer after $code', async (error) => {
    let tries = 0;
    const answer = sendUntilAnswered(
      () => {
        tries += 1;
        return tries < 3 ? Promise.reject(error) : Promise.resolve('answer');
      },
      () => undefined,
      undefined,
    );
    await jest.advanceTimersByTimeAsync(60_000);
    await expect(answer).resolves.toBe('answer');
    expect(tries).toBe(3);
  });

  it('does not repeat a request that was answered with another error', async () => {
    const { tries, outcome } = sendInVain(new CardwrightError('LOGIN_REQUIRED', { fresh: false }));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(tries).toEqual([0]);
    await expect(outcome).resolves.toMatchObject({ code: 'LOGIN_REQUIRED' });
  });

  it('ends a pause at once when it is cancelled, and sends no more', async () => {
    const abort = new AbortController();
    const { tries, outcome } = sendInVain(new CardwrightError('CMS_UNREACHABLE'), abort.signal);
    await jest.advanceTimersByTimeAsync(8_000);
    abort.abort();
    await expect(outcome).resolves.toMatchObject({ code: 'CANCELLED' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(tries).toHaveLength(5);
  });

  it('is cancelled, not given up, if an attempt that cannot be aborted fails afterwards', async () => {
    const abort = new AbortController();
    const answer = sendUntilAnswered(
      () => {
        abort.abort();
        return Promise.reject(new CardwrightError('CMS_UNREACHABLE'));
      },
      () => undefined,
      abort.signal,
    );
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
