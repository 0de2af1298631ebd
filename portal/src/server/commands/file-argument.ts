import path from 'node:path';

/**
 * The one argument of a command that takes a file, as an absolute path; npm starts commands elsewhere and says where it was called.
 *
 * @returns null where there is something else
 */
export function fileArgument([name, ...rest]: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  if (name === undefined || name.startsWith('-') || rest.length > 0) return null;
  return path.resolve(environment.INIT_CWD ?? '', name);
}
