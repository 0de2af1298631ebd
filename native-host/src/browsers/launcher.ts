import { realpathSync } from 'node:fs';
import path from 'node:path';

/** File name of what a manifest names, on all systems but Windows. */
export const LAUNCHER_NAME = 'cardwright-host';

/** What a launcher starts. */
export interface Launched {
  /** Path of the Node.js. */
  readonly node: string;
  /** Path of the host's main file. */
  readonly main: string;
}

/**
 * A call of PC/SC keeps one of Node's threads until the card answers, and one thread always waits for the readers. libuv has four unless
 * it is told before Node starts: a few silent cards would then leave none for anything else.
 */
const THREADS = 'export UV_THREADPOOL_SIZE=16';

/**
 * A launcher for a user's own browsers. A manifest cannot name arguments, and browsers start hosts with a PATH of their own: so this
 * names both files with their full paths. `exec` leaves one process, which the browser then ends when the page goes.
 */
export const launcherScript = ({ node, main }: Launched): string =>
  ['#!/bin/sh', THREADS, `exec ${quote(node)} ${quote(main)} "$@"`, ''].join('\n');

/**
 * The launcher in a packaged host. It starts the host with the Node.js beside it, wherever the folder is, and also through a link such
 * as /usr/bin/cardwright-host. It needs nothing of PATH (`command -p` looks where the system keeps its own programs), and is not led
 * away by CDPATH. What would have Node run other code is taken away.
 */
export const PACKAGED_LAUNCHER = `#!/bin/sh
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
  target=$(command -p readlink "$file") || exit
  case $target in /*) file=$target ;; *) file=\${file%/*}/$target ;; esac
done
folder=$(CDPATH='' cd -P -- "\${file%/*}/" && pwd) || exit
unset NODE_OPTIONS NODE_PATH OPENSSL_CONF
${THREADS}
exec "$folder/node" "$folder/app/main.js" "$@"
`;

/** What a packaged host's launcher starts, with the folder in which it is. */
export const packagedIn = (folder: string): Launched => ({
  node: path.join(folder, 'node'),
  main: path.join(folder, 'app', 'main.js'),
});

/**
 * Reads a launcher of ours.
 *
 * @param file its path, which tells what it starts when it is a packaged host's
 * @returns null where the text is something else
 */
export function readLauncher(file: string, text: string): Launched | null {
  if (text === PACKAGED_LAUNCHER) return packagedIn(path.dirname(realpathSync(file)));
  const [, words = ''] = /^exec ('.*') "\$@"$/m.exec(text) ?? [];
  const [node = '', main = ''] = words.split(/(?<=') (?=')/).map((word) => word.slice(1, -1).replaceAll(`'\\''`, "'"));
  return launcherScript({ node, main }) === text ? { node, main } : null;
}

/** Quotes a path for sh. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
