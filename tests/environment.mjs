import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { runInContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { keepCompiledCode } from './code-cache.mjs';
import { noteCost, processorTime } from '../scripts/costs.mjs';
import { TELLS_WAITS } from '../scripts/jest.mjs';
import { explainTimeOut, Waits } from './waits.mjs';

/** Names that every program uses and no test replaces. */
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

/** Name of the global function by which the stage ends its connections to shared browsers. */
const DISCONNECT = Symbol.for('cardwright.disconnect');

/** Variable that scripts/mutants/workbench.mjs sets: one failure says enough about a mutant, and each test that waits in vain would take a minute. */
const FIRST_FAILURE_ENDS = 'CARDWRIGHT_FIRST_FAILURE_ENDS';

/** Global names of lit, which is kept where the product's modules are (kept-modules.mjs). */
const OF_LIT = /^(?:customElements|CSSStyleSheet|CustomEvent|(?:lit|reactiveElement)[A-Z].*)$/;

/**
 * Global names of jest-circus for what belongs to one file: the list of those whom it tells of each event, and what the file has said of time limits and
 * repetitions.
 */
const OF_FILE = [
  'EVENT_HANDLERS',
  'TEST_TIMEOUT_SYMBOL',
  'RETRY_TIMES',
  'RETRY_IMMEDIATELY',
  'WAIT_BEFORE_RETRY',
  'LOG_ERRORS_BEFORE_RETRY',
].map((name) => Symbol.for(name));

/** Events of jest-circus with which something begins that has a time limit. */
const BEGINS = new Set(['test_fn_start', 'hook_start']);

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

/** Every AsyncLocalStorage that has run in this file's tests. Jest makes one for each file. */
const followers = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  followers.add(this);
  return run.apply(this, args);
};

keepCompiledCode();

// A worker whose run was ended in the middle of a test ends too, and with it all that it has started.
process.once('disconnect', () => process.exit(1));

/** What jest-worker tells a worker that has nothing more to do (`CHILD_MESSAGE_END`). */
const END = 2;
// Otherwise a worker would wait until nothing can happen any more. Jest kills one that has not ended after half a second, and warns.
process.on('message', ([told]) => {
  if (told === END) setImmediate(() => process.exit());
});

/** Files that share the product's modules in a worker. Those of the extension look at what a module does when it is loaded, as a page of it does. */
const KEEPING = /\/tests\/(?!fuzz\/|unit\/extension\/)/;

/** Word in the first comment of other files that need a module as it is when it is loaded, or replace one. */
const OWN_MODULES = 'own-modules';

/** The environment of this worker. @type {FastEnvironment | undefined} */
let kept;

/**
 * Makes two things in a test file as they are in plain Node. Jest runs each file in a global object of its own (node:vm):
 *
 * - Node looks up each name in this object every time it is used, some hundred times slower than a name that a script declares. So a script
 *   declares the names that every program uses.
 * - This object has error classes of its own, but Node throws errors of Node's classes. So `instanceof` accepts both.
 *
 * The files of a worker get one object, because Jest's modules are kept for all of them, and the product's for {@link KEEPING} files
 * (kept-modules.mjs). After each file it is as it was.
 */
export default class FastEnvironment extends TestEnvironment {
  #file;
  #begun;
  #hasFailed = false;
  #globals;
  #globalsOfLit = {};
  #waits = new Waits();

  constructor(config, context) {
    note(context.testPath);
    const keepsProduct = KEEPING.test(context.testPath) && !(OWN_MODULES in context.docblockPragmas);
    if (kept) {
      kept.#begin(context.testPath, keepsProduct);
      return kept;
    }
    super(config, context);
    runInContext(INTRINSICS.map((name) => `const ${name} = globalThis.${name};`).join('\n'), this.getVmContext());
    admitErrorsOfNode(this.global);
    this.#globals = Object.getOwnPropertyDescriptors(this.global);
    this.#begin(context.testPath, keepsProduct);
    kept = this;
  }

  /** Has a time-out say what was waited for. With {@link FIRST_FAILURE_ENDS}, skips the tests of a file after the one that fails. */
  handleTestEvent(event) {
    const { name, test } = event;
    if (BEGINS.has(name)) this.#waits.forget();
    explainTimeOut(event, this.#waits.places());
    if (process.env[FIRST_FAILURE_ENDS] === undefined) return;
    if (name === 'test_done') this.#hasFailed ||= test.errors.length > 0;
    if (name === 'test_start' && this.#hasFailed) test.mode = 'skip';
  }

  /** Closes what is left, because a file whose set-up failed has closed nothing. */
  async teardown() {
    await this.global[DISCONNECT]?.();
    this.#waits.end();
    endFollowing();
    this.fakeTimers?.useRealTimers();
    this.fakeTimersModern?.useRealTimers();
    this.#resetVariables();
    this.#resetGlobals();
    noteCost(this.#file, processorTime() - this.#begun);
  }

  #begin(file, keepsProduct) {
    this.#file = file;
    this.#begun = processorTime();
    this.#hasFailed = false;
    this.keepsProduct = keepsProduct;
    if (keepsProduct) Object.defineProperties(this.global, this.#globalsOfLit);
    if (process.env[TELLS_WAITS] !== undefined) this.#waits.follow();
  }

  /** Forgets the environment variables that the file has set. */
  #resetVariables() {
    const { env } = this.global.process;
    for (const name of Object.keys(env)) if (!(name in process.env)) delete env[name];
    Object.assign(env, process.env);
  }

  /** Forgets the names that the file has given values. */
  #resetGlobals() {
    const { global } = this;
    // Otherwise each test would be told to all files before, each of which reports it to Jest once more, and none could be freed.
    for (const name of OF_FILE) delete global[name];
    for (const name of Object.getOwnPropertyNames(global)) {
      if (name in this.#globals) continue;
      if (this.keepsProduct && OF_LIT.test(name))
        this.#globalsOfLit[name] = Object.getOwnPropertyDescriptor(global, name);
      delete global[name];
    }
    for (const [name, before] of Object.entries(this.#globals)) {
      const now = Object.getOwnPropertyDescriptor(global, name);
      // Node's own names have their values once they are used.
      const isSame =
        now && (before.get ? now.get === before.get || now.value === globalThis[name] : now.value === before.value);
      if (!isSame) Object.defineProperty(global, name, before);
    }
  }
}

/**
 * Disables every AsyncLocalStorage of the file. An active one is called at each promise of the process, and keeps its file's modules in
 * memory. Jest makes one for each file and disables none: after a hundred files they would take a third of the time.
 */
function endFollowing() {
  for (const follower of followers) follower.disable();
  followers.clear();
}

/** Records the files that a worker runs, so that scripts/test.mjs can run them in the same order again. */
function note(testPath) {
  const { CARDWRIGHT_ORDERS: folder, JEST_WORKER_ID: worker = '1' } = process.env;
  if (folder === undefined) return;
  appendFileSync(path.join(folder, worker), `${path.relative(path.join(import.meta.dirname, '..'), testPath)}\n`);
}

function admitErrorsOfNode(global) {
  const ofNode = new Map(ERRORS.map((name) => [global[name], globalThis[name]]));
  const isInstance = Function.prototype[Symbol.hasInstance];
  // All classes that derive from Error inherit this, also the program's, which have no counterpart among Node's.
  Object.defineProperty(global.Error, Symbol.hasInstance, {
    value(error) {
      return isInstance.call(this, error) || isInstance.call(ofNode.get(this), error);
    },
  });
}
