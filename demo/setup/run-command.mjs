import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A reason to stop that the user can act on: printed as it is, without a stack. */
export class SetupError extends Error {}

/**
 * Runs a command with this terminal's input and output and waits for its end. SIGTERM and SIGHUP are passed on;
 * Ctrl-C reaches the command by itself, because it belongs to the terminal's foreground group.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 128 + the signal's number when a signal ended it
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => child.kill(signal);
    const stay = () => undefined;
    process.on('SIGTERM', passOn).on('SIGHUP', passOn).on('SIGINT', stay);
    const forget = () => process.off('SIGTERM', passOn).off('SIGHUP', passOn).off('SIGINT', stay);
    child.once('error', (error) => {
      forget();
      reject(new SetupError(`Cannot run ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      forget();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
