import Runtime from 'jest-runtime';

/** The modules that files of a worker share, by Jest's key: those of the product and of libraries, and Node's own. */
const kept = new Map();
/** The modules of Jest itself that they share: `expect` and what it prints with. */
const keptOfJest = new Map();

/** Modules of tests are loaded for each file, because they know the file's `expect` and keep what belongs to it. */
const isOfTests = (key) =>
  key.startsWith('@jest/globals') || (key.includes('/tests/') && !key.includes('/tests/dist/'));

/**
 * Libraries are kept for every file, but two: the extension's tests give each file an API of the browser of its own, and lit keeps the elements that
 * the product has defined.
 */
const isOfLibraries = (key) =>
  /^node:|\/node_modules\/|\/tests\/dist\/libraries\//.test(key) &&
  !/\/node_modules\/(?:sinon-chrome|lit[-\w]*|@lit[-\w]*)\//.test(key);

/** True for modules that know the tests of the file that they run. */
const isOfRun = (key) => key.includes('/jest-circus/');

/** The modules that Jest looks up by their keys: those that files share, and those that belong to one file. */
class KeptModules extends Map {
  #shared;
  #keeps;

  /**
   * @param {Map<string, unknown>} shared
   * @param {(key: string) => boolean} keeps whether files share a module
   */
  constructor(shared, keeps) {
    super();
    this.#shared = shared;
    this.#keeps = keeps;
  }

  get(key) {
    return this.#keeps(key) ? this.#shared.get(key) : super.get(key);
  }

  has(key) {
    return this.#keeps(key) ? this.#shared.has(key) : super.has(key);
  }

  set(key, module) {
    if (this.#keeps(key)) this.#shared.set(key, module);
    else super.set(key, module);
    return this;
  }

  delete(key) {
    return this.#keeps(key) ? this.#shared.delete(key) : super.delete(key);
  }
}

/**
 * Jest loads and compiles every module again for every file, its own too, which takes longer than most files' tests. All files of a worker have
 * one environment (environment.mjs), so this keeps Jest's modules and those of libraries, and the product's where the environment says so. So
 * a test there must not depend on what a module does when it is loaded, nor leave something in it.
 */
export default class KeepingRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    const keeps = environment.keepsProduct ? (key) => !isOfTests(key) : isOfLibraries;
    this.registries.esModuleRegistry = new KeptModules(kept, keeps);
    this.registries.internalModuleRegistry = new KeptModules(keptOfJest, (key) => !isOfRun(key));
  }

  /** A runtime that has loaded kept modules is asked for what they import later, so it does not end with its file. */
  teardown() {
    this.restoreAllMocks();
    this.registries.esModuleRegistry.clear();
    this.registries.internalModuleRegistry.clear();
    // It only imports within tests, and no longer hears when they begin.
    this.enterTestCode();
  }
}
