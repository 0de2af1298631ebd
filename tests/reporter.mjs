import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultReporter } from '@jest/reporters';
import { REPORT } from '../scripts/jest.mjs';
import { outcomeOf } from './outcomes.mjs';
import { isLoud, isWarning } from './quiet.mjs';
import { shortenFailures } from './short-failures.mjs';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Jest's own reporter, but no failure takes more lines than a screen has, and a run fails if a file that passes prints to the console, or anything prints a
 * warning (quiet.mjs). Among such output people overlook the next failure. It also writes the report that scripts/test.mjs reads.
 */
export default class ShortReporter extends DefaultReporter {
  #outcomes = [];
  #loud = new Set();
  #warnings = new Set();
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
    this.#outcomes.push(outcomeOf(file, result));
    if (isLoud(result)) this.#loud.add(`${file} prints to the console.`);
    super.onTestResult(test, result, aggregated);
  }

  onRunComplete(...run) {
    super.onRunComplete(...run);
    process.stderr.write = this.#writeError;
    if (process.env[REPORT] !== undefined) writeFileSync(process.env[REPORT], JSON.stringify(this.#report()));
    if (this.#complaints.length > 0) console.error(this.#complaints.join('\n'));
  }

  /** Jest asks for it at the end of a run, which has failed where there is one. */
  getLastError() {
    return this.#complaints.length === 0 ? undefined : new Error(this.#complaints.join('\n'));
  }

  get #complaints() {
    return [...this.#loud, ...this.#warnings];
  }

  #report() {
    const others = [...this.#warnings].map((message) => ({ file: null, title: 'A warning was printed', message }));
    return { outcomes: this.#outcomes, others, unsteady: [] };
  }

  /** Workers print through this process. */
  #watchErrors() {
    const write = process.stderr.write.bind(process.stderr);
    this.#writeError = process.stderr.write;
    process.stderr.write = (chunk, ...rest) => {
      for (const line of String(chunk).split('\n')) if (isWarning(line)) this.#warnings.add(line);
      return write(chunk, ...rest);
    };
  }
}
