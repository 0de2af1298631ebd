import { DefaultReporter } from '@jest/reporters';
import { shortenFailures } from './short-failures.mjs';

/** Jest's own reporter, but no failure takes more lines than a screen has. */
export default class ShortReporter extends DefaultReporter {
  printTestFileFailureMessage(testPath, config, result) {
    super.printTestFileFailureMessage(testPath, config, {
      ...result,
      failureMessage: result.failureMessage && shortenFailures(result.failureMessage),
    });
  }
}
