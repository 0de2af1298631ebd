import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inRepository } from '@cardwright/stage';
import * as v from 'valibot';

const outcome = v.object({ shown: v.string(), code: v.number() });

/**
 * Runs a command on a separate terminal.
 *
 * @param answers texts to wait for, each with the input to type then
 * @returns the terminal's output and the exit code, or minus the signal that ended it
 */
export async function typeAt(
  command: readonly string[],
  answers: readonly (readonly [question: string, typed: string])[],
  env: NodeJS.ProcessEnv,
): Promise<v.InferOutput<typeof outcome>> {
  const args = [inRepository('tests', 'support', 'terminal.py'), JSON.stringify(answers), ...command];
  const { stdout } = await promisify(execFile)('python3', args, { env });
  return v.parse(outcome, JSON.parse(stdout));
}
