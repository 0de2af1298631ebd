import { createHook } from 'node:async_hooks';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
/** Depth of a stack that reaches from a promise to the test that waits for it. */
const DEPTH = 50;
/** Number of places to tell: what was waited for last is most likely what keeps the others. */
const MOST = 5;
/** A frame of a stack with its place. */
const FRAME = /^\s+at .*?([^\s()]+\.[cm]?[jt]s:\d+:\d+)\)?$/;

/** Beginning of the text that Jest throws for a test or a hook that takes longer than its limit. */
const TIME_OUT = 'Exceeded timeout of ';

/** Follows the promises of a process that are not settled, each with the place where something began to wait for it. */
export class Waits {
  #open = new Map();
  #hook = createHook({
    init: (id, type) => {
      if (type !== 'PROMISE') return;
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = DEPTH;
      this.#open.set(id, new Error('waits'));
      Error.stackTraceLimit = stackTraceLimit;
    },
    promiseResolve: (id) => this.#open.delete(id),
    destroy: (id) => this.#open.delete(id),
  });

  follow() {
    this.#hook.enable();
  }

  /** Forgets what began to wait before. */
  forget() {
    this.#open.clear();
  }

  end() {
    this.#hook.disable();
    this.forget();
  }

  /** Returns the places in a file of tests or of the product where something waits, those that were reached last first. */
  places() {
    const found = [...this.#open.values()].reverse().map(({ stack }) => placeIn(stack));
    return [...new Set(found.filter((place) => place !== undefined))].slice(0, MOST);
  }
}

/** What runs the tests, which waits for all of them. */
const OF_JEST = /^(?:node_modules\/|tests\/[\w-]+\.mjs:|\.\.)/;

/** Returns the innermost place of a stack that is in the clone. @param {string} stack */
const placeIn = (stack) =>
  stack
    .split('\n')
    .map((line) => FRAME.exec(line)?.[1]?.replace('file://', ''))
    .map((file) => file && path.relative(ROOT, file))
    .find((place) => place && !OF_JEST.test(place));

/**
 * Adds to the error of a test or hook that took longer than its limit what it waited for.
 *
 * @param {import('@jest/types').Circus.Event} event of jest-circus
 * @param {readonly string[]} places none if the promises were not followed
 */
export function explainTimeOut({ name, error, test, describeBlock }, places) {
  if (!['test_fn_failure', 'hook_failure'].includes(name) || !String(error).startsWith(TIME_OUT)) return;
  const [limit = ''] = error.split('\n');
  const waits = places.length > 0 ? `at ${places.join(', then ')}` : `while Node had open: ${openResources()}`;
  for (const one of test ? [test] : testsOf(describeBlock))
    one.errors = one.errors.map((of) => (of[0] === error ? [`${limit}\nIt waited ${waits}`, of[1]] : of));
}

const openResources = () => [...new Set(process.getActiveResourcesInfo())].join(', ');

/** Returns the tests of a group that had the error of its hook. */
const testsOf = (group) =>
  (group?.children ?? []).flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));
