import Runtime from 'jest-runtime';

/** The modules that files of a worker share, by Jest's key: those of the product and of libraries, and Node's own. */
const kept = new Map();

/** Modules of tests are loaded for each file, because they know the file's `expect` and keep what belongs to it. */
const isOfTests = (key) =>
  key.startsWith('@jest/globals') || (key.includes('/tests/') && !key.includes('/tests/dist/'));

/** What Jest looks up by a module's key: {@link kept}, or what belongs to one file. */
class KeptModules extends Map {
  get(key) {
    return kept.get(key) ?? super.get(key);
  }

  has(key) {
    return kept.has(key) || super.has(key);
  }

  set(key, module) {
    if (isOfTests(key)) super.set(key, module);
    else kept.set(key, module);
    return this;
  }
}

/**
 * Jest loads and compiles every module again for every file, which for a file with a portal takes longer than most of its tests. Where the
 * environment is kept for several files (environment.mjs), this keeps the product's modules too. So a test there must not depend on what a module
 * does when it is loaded, nor leave something in it.
 */
export default class KeepingRuntime extends Runtime {
  #keeps;

  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    this.#keeps = environment.isKept;
    if (this.#keeps) this.registries.esModuleRegistry = new KeptModules();
  }

  /** A runtime that has loaded kept modules is asked for what they import later, so it does not end with its file. */
  teardown() {
    if (!this.#keeps) return super.teardown();
    this.restoreAllMocks();
    this.registries.esModuleRegistry.clear();
    // It only imports within tests, and no longer hears when they begin.
    this.enterTestCode();
  }
}
