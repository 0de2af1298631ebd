import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import chrome from 'sinon-chrome';
import { session } from '../../../support/fake-chrome.js';

const { LONGEST_WAIT, QUIET, WaitingUpdate } = await import('../../../../extension/src/background/waiting-update.js');

const MINUTE = 60_000;

/** The background's sessions, as a test says. */
class Sessions {
  count = 0;
  ended = 0;
  readonly areInUse = (): boolean => this.count > 0;
  readonly end = (): Promise<number> => {
    const ended = this.count;
    this.ended += ended;
    this.count = 0;
    return Promise.resolve(ended);
  };
}

let sessions: Sessions;
let update: InstanceType<typeof WaitingUpdate>;
const reloads = (): number => chrome.runtime.reload.callCount;
const announce = async (): Promise<void> => {
  chrome.runtime.onUpdateAvailable.dispatch({ version: '0.2.0' });
  await jest.advanceTimersByTimeAsync(0);
};
const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
const endOne = (): void => {
  sessions.count -= 1;
  update.sessionEnded(true);
};

/** Restarts the background, as the browser does after it has ended it. */
async function start(): Promise<void> {
  chrome.runtime.onUpdateAvailable.removeListeners();
  update = new WaitingUpdate(sessions);
  await jest.advanceTimersByTimeAsync(0);
}

/** Ends the background with its timers, and restarts it. */
async function startAgain(): Promise<void> {
  const now = Date.now();
  // This also resets the time.
  jest.clearAllTimers();
  jest.setSystemTime(now);
  await start();
}

describe('an update of the extension', () => {
  beforeEach(async () => {
    jest.useFakeTimers({ now: Date.UTC(2026, 0, 1), doNotFake: ['queueMicrotask', 'nextTick'] });
    chrome.runtime.reload.resetHistory();
    session.content = {};
    sessions = new Sessions();
    await start();
  });
  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
  });

  it('is applied soon if no session is in use', async () => {
    await announce();
    await pass(QUIET - 1);
    expect(reloads()).toBe(0);
    await pass(1);
    expect(reloads()).toBe(1);
  });

  it('waits while a session is in use, and is applied after the last one', async () => {
    sessions.count = 2;
    await announce();
    await pass(LONGEST_WAIT / 2);
    endOne();
    await pass(MINUTE);
    expect(reloads()).toBe(0);
    endOne();
    await pass(QUIET);
    expect([reloads(), sessions.ended]).toEqual([1, 0]);
  });

  it('leaves a page the time to open its next session', async () => {
    sessions.count = 1;
    await announce();
    endOne();
    await pass(QUIET - 1);
    sessions.count = 1;
    await pass(MINUTE);
    expect(reloads()).toBe(0);
    endOne();
    await pass(QUIET - 1);
    // A session that is over before the update looks again.
    sessions.count = 1;
    endOne();
    await pass(QUIET - 1);
    expect(reloads()).toBe(0);
    await pass(1);
    expect(reloads()).toBe(1);
  });

  it('is not kept back by pages without a grant that come and go', async () => {
    await announce();
    for (let passed = 0; passed < QUIET; passed += 1_000) {
      update.sessionEnded(false);
      await pass(1_000);
    }
    expect(reloads()).toBe(1);
  });

  it('waits 8 hours at most; then the sessions are ended first', async () => {
    sessions.count = 2;
    await announce();
    await pass(LONGEST_WAIT - 1);
    expect([reloads(), sessions.ended]).toEqual([0, 0]);
    await pass(1);
    expect([reloads(), sessions.ended]).toEqual([0, 2]);
    await pass(MINUTE);
    expect(reloads()).toBe(1);
  });

  it('counts the time for which the computer slept', async () => {
    sessions.count = 1;
    await announce();
    jest.setSystemTime(Date.now() + LONGEST_WAIT);
    await pass(2 * MINUTE);
    expect([reloads(), sessions.ended]).toEqual([1, 1]);
  });

  it('does not wait longer because a still newer version is announced', async () => {
    sessions.count = 1;
    await announce();
    await pass(LONGEST_WAIT - MINUTE);
    await announce();
    await pass(2 * MINUTE);
    expect(reloads()).toBe(1);
  });

  it('is applied once only', async () => {
    await announce();
    await pass(QUIET);
    update.sessionEnded(true);
    await pass(LONGEST_WAIT);
    expect(reloads()).toBe(1);
  });

  it('is not forgotten if the browser ends the background meanwhile, and keeps its time', async () => {
    sessions.count = 1;
    await announce();
    await pass(LONGEST_WAIT - MINUTE);
    await startAgain();
    expect(reloads()).toBe(0);
    await pass(2 * MINUTE);
    expect([reloads(), sessions.ended]).toEqual([1, 1]);
  });

  it('is applied when the background starts again without a session', async () => {
    sessions.count = 1;
    await announce();
    sessions.count = 0;
    await startAgain();
    await pass(QUIET);
    expect(reloads()).toBe(1);
  });

  it.each([['soon'], [null], [{}]])('does not wait by an unreadable note: %j', async (note) => {
    session.content = { update: note };
    await start();
    await pass(LONGEST_WAIT);
    expect(reloads()).toBe(0);
  });
});
