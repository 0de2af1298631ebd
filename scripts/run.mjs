import path from 'node:path';
import { runCommand, SetupError } from './run-command.mjs';
import { prepareSources, ROOT, runProgram, setUp } from './set-up.mjs';
import { selectFiles } from './test-files.mjs';
import { asksForEverything } from './thorough.mjs';

/**
 * `npm run demo`, `npm test` and the others of `PROGRAMS`, as `run.mjs PROGRAM ARGUMENTS`. Sets the machine up, then starts the program. This
 * file and its imports use only Node's own modules, because node_modules may not exist yet.
 */
const PROGRAMS = {
  demo: 'demo/dist/main.js',
  pictures: 'demo/dist/pictures/main.js',
  gallery: 'tests/dist/gallery/main.js',
  simulator: 'simulator/dist/main.js',
  package: 'installers/dist/main.js',
  test: 'scripts/test.mjs',
  fuzz: 'tests/dist/fuzz/main.js',
  bench: 'tests/dist/bench/main.js',
  mutants: 'scripts/mutants.mjs',
  portal: 'portal/dist/server/main.js',
};

const [purpose, ...args] = process.argv.slice(2);

await runProgram(
  async () => {
    if (purpose === undefined || !Object.hasOwn(PROGRAMS, purpose)) {
      throw new SetupError(`Usage: node scripts/run.mjs ${Object.keys(PROGRAMS).join('|')} [ARGUMENTS]`);
    }
    if (purpose === 'test') await setUpTests();
    else if (purpose === 'mutants' || purpose === 'bench') await setUp('test');
    else await setUp(purpose === 'package' || purpose === 'gallery' ? purpose : 'demo');
    return runCommand(process.execPath, [path.join(ROOT, PROGRAMS[purpose]), ...args], { cwd: ROOT });
  },
  // `npm test` promises this format of its last line even if no test could start.
  purpose === 'test' ? { lastWords: '0 passed, 1 failed' } : {},
);

/**
 * Prepares what the chosen tests need: files that run from the sources need no build.
 *
 * @throws {SetupError} first of all where no file has the given name
 */
async function setUpTests() {
  // What a change reaches runs from the sources.
  if (args.some((arg) => /^--changed(=|$)/.test(arg))) return prepareSources();
  const everything = asksForEverything(args, process.env);
  const { paths, files, needsBuild } = selectFiles(args, everything);
  if (files.length === 0) throw new SetupError(`No test matches ${paths.join(' or ')}.`);
  if (paths.length > 0 && !needsBuild) await prepareSources();
  else await setUp(everything ? 'test-all' : 'test', { checksStyle: paths.length === 0 });
}
