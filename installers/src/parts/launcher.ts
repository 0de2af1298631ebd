import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Its name in the host's folder, on all systems but Windows. */
export const LAUNCHER = 'cardwright-host';

/**
 * Starts the host with the Node.js beside it, wherever the folder is, and also through a link such as /usr/bin/cardwright-host.
 *
 * A browser starts it with an environment of the browser's choice: it needs nothing of PATH (`command -p` looks where the system keeps
 * its own programs), and CDPATH would have `cd` go elsewhere. `exec` leaves one process, which the browser then ends when the page goes.
 */
const SCRIPT = `#!/bin/sh
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
  target=$(command -p readlink "$file") || exit
  case $target in /*) file=$target ;; *) file=\${file%/*}/$target ;; esac
done
folder=$(CDPATH='' cd -P -- "\${file%/*}/" && pwd) || exit
exec "$folder/node" "$folder/app/main.js" "$@"
`;
const EXECUTABLE = 0o755;

/** Writes the launcher into a host's folder. */
export function writeLauncher(folder: string): void {
  const file = path.join(folder, LAUNCHER);
  writeFileSync(file, SCRIPT);
  chmodSync(file, EXECUTABLE);
}
