import path from 'node:path';

/**
 * Returns the only argument of a command that takes a file, as an absolute path. npm runs commands in another folder and reports the
 * original one.
 *
 * @returns null if the arguments are anything else
 */
export function fileArgument([name, ...rest]: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  if (name === undefined || name.startsWith('-') || rest.length > 0) return null;
  return path.resolve(environment.INIT_CWD ?? '', name);
}
