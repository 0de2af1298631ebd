import path from 'node:path';

/**
 * Returns the only argument of a command, the path of a file, as an absolute path. npm runs commands in another folder; a relative
 * path begins at the original folder, which npm reports.
 *
 * @returns null if the arguments are anything else
 */
export function fileArgument([name, ...rest]: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  if (name === undefined || name.startsWith('-') || rest.length > 0) return null;
  return path.resolve(environment.INIT_CWD ?? '', name);
}
