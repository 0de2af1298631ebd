import { realpathSync } from 'node:fs';
import path from 'node:path';

/** File name of the launcher that a manifest names, on all systems but Windows. */
export const LAUNCHER_NAME = 'cardwright-host';

/** The files that a launcher starts. */
export interface Launched {
  /** Path of the Node.js program. */
  readonly node: string;
  /** Path of the host's main file. */
  readonly main: string;
}

/**
 * Line of a launcher that sets the number of libuv's threads, which is four by default and must be set before Node.js starts. A call of PC/SC
 * occupies a thread until the card answers, and one thread always waits for the readers. With four threads, a few silent cards would block
 * everything else.
 */
const THREADS = 'export UV_THREADPOOL_SIZE=16';

/**
 * Returns the launcher for one user's browsers. A launcher is needed because a manifest cannot contain arguments. The launcher names both files
 * by their full paths, because browsers may start hosts with another PATH. `exec` replaces the shell by the host, so that the browser has to end
 * only one process.
 */
export const launcherScript = ({ node, main }: Launched): string =>
  ['#!/bin/sh', THREADS, `exec ${quote(node)} ${quote(main)} "$@"`, ''].join('\n');

/**
 * The launcher of a packaged host. It starts the host with the Node.js in its own folder, and also works through a link such as
 * /usr/bin/cardwright-host.
 *
 * The launcher does not depend on PATH (`command -p` searches the system's own programs) or CDPATH, and it unsets the variables that would make
 * Node run other code.
 */
export const PACKAGED_LAUNCHER = `#!/bin/sh
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
  target=$(command -p readlink "$file") || exit
  case $target in /*) file=$target ;; *) file=\${file%/*}/$target ;; esac
done
folder=$(CDPATH='' cd -P -- "\${file%/*}/" && pwd) || exit
unset NODE_OPTIONS NODE_PATH NODE_COMPILE_CACHE OPENSSL_CONF
${THREADS}
exec "$folder/node" "$folder/app/main.js" "$@"
`;

/** Returns the files that the launcher of a packaged host in `folder` starts. */
export const packagedIn = (folder: string): Launched => ({
  node: path.join(folder, 'node'),
  main: path.join(folder, 'app', 'main.js'),
});

/**
 * Returns the files that a launcher of Cardwright starts.
 *
 * @param file path of the launcher; the files of a packaged host are in its folder
 * @returns null if `text`, the content of the file, is not exactly a launcher of Cardwright
 */
export function readLauncher(file: string, text: string): Launched | null {
  if (text === PACKAGED_LAUNCHER) return packagedIn(path.dirname(realpathSync(file)));
  const [, words = ''] = /^exec ('.*') "\$@"$/m.exec(text) ?? [];
  const [node = '', main = ''] = words.split(/(?<=') (?=')/).map((word) => word.slice(1, -1).replaceAll(`'\\''`, "'"));
  return launcherScript({ node, main }) === text ? { node, main } : null;
}

/** Quotes a path for sh. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
