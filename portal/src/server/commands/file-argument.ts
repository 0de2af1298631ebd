import path from 'node:path';

/**
 * Returns the only argument of a command, the path of a file, as an absolute path. A relative path begins at the folder in which
 * npm was called, if it was: npm runs commands in another folder, and reports the original one.
 *
 * @returns null if there is no argument, more than one, or an option
 */
export function fileArgument([name, ...rest]: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  if (name === undefined || name.startsWith('-') || rest.length > 0) return null;
  return path.resolve(environment.INIT_CWD ?? '', name);
}
