import path from 'node:path';

/**
 * Returns the only argument of a command, the path of a file, as an absolute path. If npm runs the command, a relative path begins at the folder
 * in which npm was called: npm changes the folder, and reports the original one in `INIT_CWD`.
 *
 * @returns null if there is no argument, more than one argument, or an option
 */
export function fileArgument([name, ...rest]: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  if (name === undefined || name.startsWith('-') || rest.length > 0) return null;
  return path.resolve(environment.INIT_CWD ?? '', name);
}
