import { expect, it } from '@jest/globals';
import { withDeadline } from '../../../cms/src/deadline.js';

const LIMIT = 5;
const late = (cause?: unknown): Error => new Error('late', { cause });

it('reports a missed deadline once, for work that ignores its signal', async () => {
  let calls = 0;
  const counted = (cause?: unknown): Error => {
    calls += 1;
    return late(cause);
  };
  const ignorant = (): Promise<never> => new Promise(() => undefined);
  await expect(withDeadline(LIMIT, ignorant, counted)).rejects.toMatchObject({
    message: 'late',
    cause: { message: 'no answer within 5 ms' },
  });
  expect(calls).toBe(1);
});

it('reports it with the error with which aborted work fails', async () => {
  const aborted = new Error('the connection was closed');
  const obedient = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(aborted));
    });
  await expect(withDeadline(LIMIT, obedient, late)).rejects.toMatchObject({ message: 'late', cause: aborted });
});

it('passes on the outcome of work in time', async () => {
  const broken = new Error('broken');
  expect(await withDeadline(1000, () => Promise.resolve(7), late)).toBe(7);
  await expect(withDeadline(1000, () => Promise.reject(broken), late)).rejects.toBe(broken);
});
