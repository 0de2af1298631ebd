import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { PasskeyRemovals } from '../../../portal/src/server/passkey-removals.js';

const MINUTE = 60_000;
let runs: { readonly end: (outcome?: number | Error) => void; readonly signal: AbortSignal }[];
let opened: PasskeyRemovals[];
const logged = jest.spyOn(console, 'error');

beforeEach(() => {
  jest.useFakeTimers();
  logged.mockReset().mockImplementation(() => undefined);
  [runs, opened] = [[], []];
});
afterEach(async () => {
  for (const removals of opened) {
    const closed = removals.close();
    for (const { end } of runs) end();
    await closed;
  }
  jest.useRealTimers();
});

/** Opens removals whose runs end on command. */
function open(): PasskeyRemovals {
  const removals = new PasskeyRemovals(
    (signal) =>
      new Promise<number>((resolve, reject) => {
        runs.push({ signal, end: (outcome = 0) => (typeof outcome === 'number' ? resolve(outcome) : reject(outcome)) });
      }),
  );
  removals.start();
  opened.push(removals);
  return removals;
}

/** Ends the current run: with an error, or with a number of removed passkeys. */
async function endRun(outcome?: number | Error): Promise<void> {
  runs.at(-1)?.end(outcome);
  await jest.advanceTimersByTimeAsync(0);
}

describe('passkeys that are due', () => {
  it('are removed when the portal starts, and every three minutes', async () => {
    open();
    expect(runs).toHaveLength(1);
    await endRun();
    await jest.advanceTimersByTimeAsync(3 * MINUTE - 1);
    expect(runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toHaveLength(2);
  });

  it('are removed by one run at a time, and by one more after it, however often it was nudged', async () => {
    const removals = open();
    removals.nudge();
    removals.nudge();
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(runs).toHaveLength(1);
    await endRun();
    expect(runs).toHaveLength(2);
    await endRun();
    expect(runs).toHaveLength(2);
    removals.nudge();
    expect(runs).toHaveLength(3);
  });

  it('are removed by further runs as long as some can be', async () => {
    open();
    await endRun(100);
    await endRun(7);
    expect(runs).toHaveLength(3);
    await endRun(0);
    expect(runs).toHaveLength(3);
  });

  it('are tried again after a failure, which is logged once until it is another or over', async () => {
    open();
    const away = new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: 'entra' });
    for (const error of [away, away, new Error('the secret value'), undefined, away]) {
      await endRun(error);
      await jest.advanceTimersByTimeAsync(3 * MINUTE);
    }
    expect(runs).toHaveLength(6);
    expect(logged.mock.calls.map(([line]) => /\((\w+)\)/.exec(String(line))?.[1])).toEqual([
      'PASSKEY_SERVICE_UNAVAILABLE',
      'Error',
      'PASSKEY_SERVICE_UNAVAILABLE',
    ]);
    expect(logged.mock.calls.join()).not.toContain('secret value');
  });

  it('are left alone once the portal closes, which waits for the current run', async () => {
    const removals = open();
    removals.nudge();
    let isClosed = false;
    const closed = removals.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect([isClosed, runs[0]?.signal.aborted]).toEqual([false, true]);
    await endRun();
    await closed;
    removals.nudge();
    expect(runs).toHaveLength(1);
  });
});
