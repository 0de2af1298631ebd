import { parseArgs, type ParseArgsConfig } from 'node:util';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PolicyError } from '../policies/policy-error.js';
import { codeOf } from '../system/error-code.js';
import { thisSystem } from '../system/system.js';
import { BundleError, readBundle } from './bundle-file.js';
import { toleratingClosedPipe } from './closed-pipe.js';
import { doctor } from './doctor.js';
import { EXIT } from './exit-code.js';
import { RegistrationError } from './install-targets.js';
import { list } from './list.js';
import { logs } from './logs.js';
import { addPolicy, removePolicy, showPolicy } from './policy.js';
import { printBundle } from './print-bundle.js';
import { printLine as print, printLines, printProblem } from './print.js';
import { register, unregister, type RegistrationOptions } from './registration.js';
import { USAGE } from './usage.js';
import { withInventory } from './with-inventory.js';

const OPTIONS = {
  doctor: { json: { type: 'boolean' }, watch: { type: 'boolean' }, bundle: { type: 'string' } },
  logs: { follow: { type: 'boolean' }, lines: { type: 'string', default: '50' } },
  install: {
    'browser-dir': { type: 'string', multiple: true },
    firefox: { type: 'boolean' },
    'user-data-dir': { type: 'string' },
    system: { type: 'boolean' },
  },
  policy: { browser: { type: 'string', multiple: true } },
} as const satisfies Record<string, ParseArgsConfig['options']>;

/** Runs one command for a person and returns the exit code. `main` is the path of this program's entry. */
export async function runCommandLine(args: readonly string[], main: string): Promise<number> {
  const exitCode = toleratingClosedPipe([process.stdout, process.stderr]);
  try {
    return exitCode(await run(args, main));
  } catch (error) {
    const isFailure =
      error instanceof BundleError || error instanceof PolicyError || error instanceof RegistrationError;
    if (isFailure) printLines(error.message, printProblem);
    else if (isUsageError(error)) printLines(`${error.message}\n\n${USAGE}`, printProblem);
    else throw error;
    return exitCode(isFailure ? EXIT.failure : EXIT.usage);
  }
}

async function run([command, ...args]: readonly string[], main: string): Promise<number> {
  switch (command) {
    case '--version':
      parseArgs({ args });
      print(PRODUCT_VERSION);
      return EXIT.success;
    case 'list':
      parseArgs({ args });
      return withInventory((inventory) => list(inventory, print));
    case 'doctor':
      return runDoctor(args);
    case 'bundle':
      return runBundle(args);
    case 'logs':
      return runLogs(args);
    case 'policy':
      return runPolicy(args);
    case 'install':
      register(main, registrationOptions(args));
      return EXIT.success;
    case 'uninstall':
      unregister(registrationOptions(args));
      return EXIT.success;
    default:
      printLines(USAGE, printProblem);
      return command === '--help' || command === undefined ? EXIT.success : EXIT.usage;
  }
}

function runDoctor(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS.doctor });
  const { json = false, watch = false, bundle } = values;
  if (json && watch) throw new UsageError('--json and --watch exclude each other');
  // Problems are reported by the checks.
  const warn = (): void => undefined;
  return withInventory((inventory) => doctor(inventory, { json, watch, bundle, system: thisSystem, print }), warn);
}

function runBundle(args: string[]): number {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('bundle needs one file');
  printBundle(readBundle(file), print);
  return EXIT.success;
}

function runLogs(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS.logs });
  const { follow = false, lines } = values;
  if (!/^\d{1,6}$/.test(lines)) throw new UsageError('--lines needs a number');
  return logs({ follow, lines: Number(lines), system: thisSystem, print });
}

function runPolicy([verb, ...args]: string[]): number {
  const { values, positionals } = parseArgs({ args, options: OPTIONS.policy, allowPositionals: true });
  const [file, ...others] = positionals;
  const { browser: browsers = [] } = values;
  if (verb === 'add' && file !== undefined && others.length === 0) return addPolicy(thisSystem, print, file, browsers);
  if (file === undefined && browsers.length === 0) {
    if (verb === 'remove') return removePolicy(thisSystem, print, printProblem);
    if (verb === 'show') return showPolicy(thisSystem, print);
  }
  throw new UsageError('policy needs `add FILE`, `remove` or `show`');
}

function registrationOptions(args: string[]): RegistrationOptions {
  const { values } = parseArgs({ args, options: OPTIONS.install });
  const { 'browser-dir': browserDirs, 'user-data-dir': userDataDir, firefox = false, system = false } = values;
  if ([browserDirs, userDataDir, system || undefined].filter((one) => one !== undefined).length > 1) {
    throw new UsageError('--browser-dir, --user-data-dir and --system exclude each other');
  }
  if (firefox && browserDirs === undefined) throw new UsageError('--firefox says of what kind a --browser-dir is');
  return { browserDirs, userDataDir, isFirefox: firefox, wholeComputer: system, system: thisSystem, print };
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Our errors, and those of `parseArgs`: ERR_PARSE_ARGS_UNKNOWN_OPTION and the like. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && codeOf(error)?.startsWith('ERR_PARSE_ARGS_') === true);
