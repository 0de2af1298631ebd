import { runCommandLine } from './command-line/run-command-line.js';

/** `node dist/server/main.js COMMAND`. Its settings are in the environment, and in the files that the environment names (see settings/). */
process.exitCode = await runCommandLine(process.argv.slice(2), process.env);
