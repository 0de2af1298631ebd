import path from 'node:path';
import { DefaultReporter } from '@jest/reporters';
import { isWarning, isLoud } from './quiet.mjs';
import { shortenFailures } from './short-failures.mjs';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Jest's own reporter, but no failure takes more lines than a screen has, and a run fails if a file that passes prints to the console, or anything prints a
 * warning (quiet.mjs). Among such output people overlook the next failure.
 */
export default class ShortReporter extends DefaultReporter {
  #loud = new Set();
  #writeError;

  constructor(config) {
    super(config);
    this.#watchErrors();
  }

  printTestFileFailureMessage(testPath, config, result) {
    super.printTestFileFailureMessage(testPath, config, {
      ...result,
      failureMessage: result.failureMessage && shortenFailures(result.failureMessage),
    });
  }

  onTestResult(test, result, aggregated) {
    const file = path.relative(ROOT, test.path);
    if (isLoud(result)) this.#loud.add(`${file} prints to the console.`);
    super.onTestResult(test, result, aggregated);
  }

  onRunComplete(...run) {
    super.onRunComplete(...run);
    process.stderr.write = this.#writeError;
    if (this.#loud.size === 0) return;
    console.error([...this.#loud].join('\n'));
  }

  /** Jest asks for it at the end of a run, which has failed where there is one. */
  getLastError() {
    return this.#loud.size === 0 ? undefined : new Error([...this.#loud].join('\n'));
  }

  /** Workers print through this process. */
  #watchErrors() {
    const write = process.stderr.write.bind(process.stderr);
    this.#writeError = process.stderr.write;
    process.stderr.write = (chunk, ...rest) => {
      const text = String(chunk);
      for (const line of text.split('\n')) if (isWarning(line)) this.#loud.add(`A warning was printed: ${line}`);
      return write(chunk, ...rest);
    };
  }
}
