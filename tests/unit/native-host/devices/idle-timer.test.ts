import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../../native-host/src/clock.js';
import { IdleTimer } from '../../../../native-host/src/devices/idle-timer.js';

const TIME = 1_000;

describe('an idle timer', () => {
  const onIdle = jest.fn();
  let timer: IdleTimer;

  beforeEach(() => {
    jest.useFakeTimers();
    onIdle.mockClear();
    timer = new IdleTimer(systemClock, TIME, onIdle);
  });
  afterEach(() => void jest.useRealTimers());

  /** Uses it until the returned function is called. */
  function use(): () => Promise<void> {
    let finish: () => void = () => undefined;
    const used = timer.during(() => new Promise<void>((resolve) => (finish = resolve)));
    return () => {
      finish();
      return used;
    };
  }

  it('calls back once, after the time without a use', () => {
    timer.start();
    jest.advanceTimersByTime(TIME - 1);
    expect(onIdle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(10 * TIME);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('does not call back before it was started, nor after it was stopped', async () => {
    await use()();
    jest.advanceTimersByTime(2 * TIME);
    timer.start();
    timer.stop();
    await use()();
    jest.advanceTimersByTime(2 * TIME);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it('rests during a use, and begins again when the last one ends', async () => {
    timer.start();
    const [first, second] = [use(), use()];
    expect(timer.isInUse).toBe(true);
    await first();
    jest.advanceTimersByTime(2 * TIME);
    await second();
    expect(timer.isInUse).toBe(false);
    jest.advanceTimersByTime(TIME - 1);
    expect(onIdle).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('begins again after a use that failed', async () => {
    timer.start();
    await expect(timer.during(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    jest.advanceTimersByTime(TIME);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('stays stopped when it is stopped during a use', async () => {
    timer.start();
    const end = use();
    timer.stop();
    await end();
    jest.advanceTimersByTime(2 * TIME);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
