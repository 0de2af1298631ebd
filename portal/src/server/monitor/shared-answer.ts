import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds for which one answer serves all who ask, so that a flood of requests costs no more than one request. */
const FRESH = 1000;
/** Milliseconds after which a question counts as unanswered. */
const PATIENCE = 2000;

/**
 * Returns a function that asks at most one question at a time, and at most once a second. While a question hangs, no other is asked, and everyone gets
 * `otherwise` after two seconds. A question that fails counts as one without an answer.
 */
export function sharedAnswer<T>(ask: () => Promise<T>, otherwise: T): () => Promise<T> {
  let last: { readonly answer: T; readonly at: number } | undefined;
  let asking: Promise<T> | undefined;
  return () => {
    if (last && performance.now() - last.at < FRESH) return Promise.resolve(last.answer);
    asking ??= Promise.resolve()
      .then(ask)
      .catch(() => otherwise)
      .then((answer) => {
        last = { answer, at: performance.now() };
        asking = undefined;
        return answer;
      });
    return Promise.race([asking, delay(PATIENCE, otherwise, { ref: false })]);
  };
}
