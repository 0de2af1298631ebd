/** @typedef {import('./jest.mjs').Report} Report */
/** @typedef {import('./jest.mjs').Outcome} Outcome */

/** Number of files that may fail by chance in one run. If more fail, something is broken, and running them again would only take long. */
export const MOST_BY_CHANCE = 25;

/**
 * Runs each file that failed once more, alone, after all others. If it fails again, its failures are those of the second run. If it passes, its first
 * failures are unsteady: the run is green, and its end tells them. A test counts once. No file is exempt.
 *
 * @param {Report} report
 * @param {(file: string) => Promise<Report>} again runs a file, and nothing beside it
 * @returns {Promise<Report>}
 */
export async function giveSecondChance(report, again) {
  const failed = report.outcomes.filter(({ failures }) => failures.length > 0);
  if (failed.length > MOST_BY_CHANCE) return report;
  const result = { ...report, outcomes: report.outcomes.filter(({ failures }) => failures.length === 0) };
  for (const first of failed) {
    const { outcomes, others } = await again(first.file);
    const second = outcomes.find(({ file }) => file === first.file);
    const outcome = second && isWhole(first, second) ? second : first;
    result.outcomes.push(outcome);
    result.others = [...result.others, ...others];
    if (outcome.failures.length === 0)
      result.unsteady = [...result.unsteady, ...first.failures.map((failure) => ({ file: first.file, ...failure }))];
  }
  return result;
}

/** Returns true unless the second run left out tests that the first one had, which would say nothing about them. @param {Outcome} first @param {Outcome} second */
const isWhole = (first, second) => second.failures.length > 0 || second.passed >= Math.max(1, first.passed);
