import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The limit of a program's output, in bytes. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/**
 * Runs a program, and returns its output.
 *
 * @param input what the program may read. One that ends without reading it is judged by its exit code, as any other.
 * @param env by default that of this process
 * @throws Error if the program fails; the message has its error output
 */
export async function runWithInput(
  program: string,
  args: readonly string[],
  input: string,
  env?: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const running = promisify(execFile)(program, args, { env, maxBuffer: MAX_OUTPUT });
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  return running;
}
