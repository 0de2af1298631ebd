import { isLoud } from './quiet.mjs';

/**
 * Returns what scripts/test.mjs needs to know of a file that has run (`Outcome` of scripts/jest.mjs).
 *
 * @param {string} file from the clone's folder
 * @param {import('@jest/reporters').TestResult} result
 */
export function outcomeOf(file, result) {
  const failures = result.testResults
    .filter(({ status }) => status === 'failed')
    .map(({ ancestorTitles, title, failureMessages }) => ({
      title: [...ancestorTitles, title].join(' › '),
      message: failureMessages.join('\n'),
    }));
  // An error outside of all tests, such as a module that does not load or a worker that died.
  if (failures.length === 0 && result.failureMessage)
    failures.push({ title: 'could not run', message: result.failureMessage });
  if (isLoud(result))
    failures.push({ title: 'passes, but prints to the console', message: String(result.console?.[0]?.message) });
  return { file, passed: result.numPassingTests, failures };
}
