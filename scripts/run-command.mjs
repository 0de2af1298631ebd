import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import path from 'node:path';

/** Exit codes above this one mean a signal. */
export const SIGNALLED = 128;

/** A reason to stop that the user can act on. Printed unchanged, without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown, step?: string, type?: string }} [options] `step` is the part of the set-up that failed, `type` the command that repeats it
   *   alone, or mends it
   */
  constructor(message, { cause, step, type } = {}) {
    super(message, { cause });
    this.step = step;
    this.type = type;
  }
}

/**
 * Runs a command with this terminal's input and output and waits for its end. Passes SIGTERM and SIGHUP on. Ctrl-C reaches the command by
 * itself, because it belongs to the terminal's foreground group.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onlyOnFailure?: boolean }} [options] `onlyOnFailure` shows the output only if
 *   the command fails
 * @returns {Promise<number>} the exit code; 128 + the signal's number when a signal ended it
 */
export async function runCommand(command, args, { onlyOnFailure = false, ...options } = {}) {
  const output = onlyOnFailure ? 'pipe' : 'inherit';
  const child = spawn(command, args, { stdio: ['inherit', output, output], ...options });
  /** @type {Buffer[]} */
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));

  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => child.kill(signal);
  const stay = () => undefined;
  process.on('SIGTERM', passOn).on('SIGHUP', passOn).on('SIGINT', stay);
  try {
    const [code, signal] = await once(child, 'close');
    if (code !== 0) process.stderr.write(Buffer.concat(printed));
    return code ?? SIGNALLED + constants.signals[signal];
  } catch (cause) {
    throw new SetupError(`Cannot run ${command}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  } finally {
    process.off('SIGTERM', passOn).off('SIGHUP', passOn).off('SIGINT', stay);
  }
}

/**
 * Runs a Node program, as `runCommand` does.
 *
 * @param {string[]} args its file, then its arguments
 * @param {Parameters<typeof runCommand>[2]} options
 * @returns {Promise<number>}
 * @throws {SetupError} when a signal ends it, so that nothing more is started after Ctrl-C
 */
export async function runNode(args, options) {
  const code = await runCommand(process.execPath, args, options);
  if (code > SIGNALLED)
    throw new SetupError(
      `${path.basename(args.find((one) => !one.startsWith('-')) ?? '')} was ended by a signal (exit code ${code}).`,
    );
  return code;
}
