import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { runInContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** What every program uses, and no test puts something else in the place of. */
const INTRINSICS = [
  'Array',
  'ArrayBuffer',
  'BigInt',
  'Boolean',
  'Buffer',
  'DataView',
  'Error',
  'Function',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'Reflect',
  'RegExp',
  'Set',
  'SharedArrayBuffer',
  'String',
  'Symbol',
  'TypeError',
  'Uint8Array',
  'WeakMap',
  'WeakSet',
];

/** Where the stage has left how its connections to shared browsers are ended. */
const DISCONNECT = Symbol.for('cardwright.disconnect');

const ERRORS = [
  'AggregateError',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
];

/** What followed the calls of this file's tests, as Jest does for each test. */
const followers = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  followers.add(this);
  return run.apply(this, args);
};

// A worker whose run was ended in the middle of a test ends too, and with it all that it has started.
process.once('disconnect', () => process.exit(1));

/**
 * Jest runs each file of tests in a global object of its own (node:vm). Two things are made there as they are in a plain Node:
 *
 * - Node asks this object again for each name: some hundred times slower than a name of a script. So names that every program uses are made
 *   a script's.
 * - This object has error classes of its own, and what Node throws belongs to Node's. So `instanceof` admits both.
 */
export default class FastEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    note(context.testPath);
    runInContext(INTRINSICS.map((name) => `const ${name} = globalThis.${name};`).join('\n'), this.getVmContext());
    admitErrorsOfNode(this.global);
  }

  /** A test whose set-up failed has closed nothing. */
  async teardown() {
    await this.global[DISCONNECT]?.();
    endFollowing();
    await super.teardown();
  }
}

/**
 * What follows asynchronous calls is asked at each promise of the process, and keeps its file's modules in memory. Jest has one for each
 * file and ends none: after a hundred files that would be a third of the time.
 */
function endFollowing() {
  for (const follower of followers) follower.disable();
  followers.clear();
}

/** Writes down, for each worker, which files it runs, so that they can be run in the same order (scripts/test.mjs). */
function note(testPath) {
  const { CARDWRIGHT_ORDERS: folder, JEST_WORKER_ID: worker = '1' } = process.env;
  if (folder === undefined) return;
  appendFileSync(path.join(folder, worker), `${path.relative(path.join(import.meta.dirname, '..'), testPath)}\n`);
}

function admitErrorsOfNode(global) {
  const ofNode = new Map(ERRORS.map((name) => [global[name], globalThis[name]]));
  const isInstance = Function.prototype[Symbol.hasInstance];
  // The classes that derive from Error inherit this, those of the program too: they stand for themselves alone.
  Object.defineProperty(global.Error, Symbol.hasInstance, {
    value(error) {
      return isInstance.call(this, error) || isInstance.call(ofNode.get(this), error);
    },
  });
}
