import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { MobileWork } from '../../../portal/src/server/mobile/mobile-work.js';

let log: jest.SpiedFunction<typeof console.error>;
beforeEach(() => {
  log = jest.spyOn(console, 'error').mockReturnValue();
});
afterEach(() => {
  log.mockRestore();
  jest.useRealTimers();
});

it('ends overdue enrolments at once, and every half minute, until it is closed', async () => {
  jest.useFakeTimers();
  let looks = 0;
  const work = new MobileWork(() => Promise.resolve(void (looks += 1)));
  work.start();
  expect(looks).toBe(1);
  await jest.advanceTimersByTimeAsync(61_000);
  expect(looks).toBe(3);
  await work.close();
  await jest.advanceTimersByTimeAsync(61_000);
  expect(looks).toBe(3);
});

it('runs once at a time, however long it takes', async () => {
  jest.useFakeTimers();
  let looks = 0;
  let finish: () => void = () => undefined;
  const work = new MobileWork(() => {
    looks += 1;
    return new Promise((resolve) => (finish = resolve));
  });
  work.start();
  await jest.advanceTimersByTimeAsync(61_000);
  expect(looks).toBe(1);
  finish();
  await jest.advanceTimersByTimeAsync(30_000);
  expect(looks).toBe(2);
  finish();
  await work.close();
});

it('waits for running work before it is closed', async () => {
  const work = new MobileWork(() => Promise.resolve());
  const done: string[] = [];
  work.do(async () => {
    await setTimeout(30);
    done.push('recorded');
  });
  await work.close();
  expect(done).toEqual(['recorded']);
});

it('logs a failure once, without its message, and keeps running', async () => {
  jest.useFakeTimers();
  const problems = [new Error('swordfish'), new Error('swordfish'), new CardwrightError('CA_UNAVAILABLE')];
  const work = new MobileWork(() => {
    const problem = problems.shift();
    return problem ? Promise.reject(problem) : Promise.resolve();
  });
  work.start();
  await jest.advanceTimersByTimeAsync(121_000);
  expect(problems).toEqual([]);
  expect(log.mock.calls.flat()).toEqual([
    expect.stringContaining('(Error)'),
    expect.stringContaining('(CA_UNAVAILABLE)'),
  ]);
  expect(log.mock.calls.flat().join()).not.toContain('swordfish');
  await work.close();
});
