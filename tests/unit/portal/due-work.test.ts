import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { DueWork } from '../../../portal/src/server/work/due-work.js';

const MINUTE = 60_000;
let runs: { readonly end: (outcome?: number | Error) => void; readonly signal: AbortSignal }[];
let opened: DueWork[];
const logged = jest.spyOn(console, 'error');

beforeEach(() => {
  jest.useFakeTimers();
  logged.mockReset().mockImplementation(() => undefined);
  [runs, opened] = [[], []];
});
afterEach(async () => {
  for (const work of opened) {
    const closed = work.close();
    for (const { end } of runs) end();
    await closed;
  }
  jest.useRealTimers();
});

/** Opens work whose runs end on command. */
function open(): DueWork {
  const work = new DueWork({
    doSome: (signal) =>
      new Promise<number>((resolve, reject) => {
        runs.push({ signal, end: (outcome = 0) => (typeof outcome === 'number' ? resolve(outcome) : reject(outcome)) });
      }),
    failed: (problem) => `The work failed (${problem}).`,
  });
  work.start();
  opened.push(work);
  return work;
}

/** Ends the current run: with an error, or with how much it has done. */
async function endRun(outcome?: number | Error): Promise<void> {
  runs.at(-1)?.end(outcome);
  await jest.advanceTimersByTimeAsync(0);
}

describe('due work', () => {
  it('is done when the portal starts, and every three minutes', async () => {
    open();
    expect(runs).toHaveLength(1);
    await endRun();
    await jest.advanceTimersByTimeAsync(3 * MINUTE - 1);
    expect(runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toHaveLength(2);
  });

  it('is done by one run at a time, and by one more after it, however often it was nudged', async () => {
    const work = open();
    work.nudge();
    work.nudge();
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(runs).toHaveLength(1);
    await endRun();
    expect(runs).toHaveLength(2);
    await endRun();
    expect(runs).toHaveLength(2);
    work.nudge();
    expect(runs).toHaveLength(3);
  });

  it('is done by further runs as long as some can be done', async () => {
    open();
    await endRun(100);
    await endRun(7);
    expect(runs).toHaveLength(3);
    await endRun(0);
    expect(runs).toHaveLength(3);
  });

  it('is tried again after a failure, which is logged once until it is another or over', async () => {
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

  it('is left alone once the portal closes, which waits for the current run', async () => {
    const work = open();
    work.nudge();
    let isClosed = false;
    const closed = work.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect([isClosed, runs[0]?.signal.aborted]).toEqual([false, true]);
    await endRun();
    await closed;
    work.nudge();
    expect(runs).toHaveLength(1);
  });
});
