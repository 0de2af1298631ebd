import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { killThisProcessSoon } from '../../../native-host/src/kill-this-process.js';

/** Milliseconds after which a browser kills a host whose input it has closed. */
const BROWSER_PATIENCE = 2_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

it('a host held by a mute card releases its other cards and kills itself before its browser does', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  killThisProcessSoon();
  jest.advanceTimersByTime(BROWSER_PATIENCE / 2);
  expect(kill).not.toHaveBeenCalled();
  jest.advanceTimersByTime(BROWSER_PATIENCE / 2 - 1);
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
});
