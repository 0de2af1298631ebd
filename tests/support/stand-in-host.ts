import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PACKAGED_LAUNCHER } from '@cardwright/native-host';

const EXECUTABLE = 0o755;

/**
 * Lays out what looks like a packaged host and is a few bytes long: its Node.js is a script, which adds its arguments to the file that
 * `STAND_IN_LOG` names, and ends with the exit code that `STAND_IN_EXIT` says.
 */
export function layOutStandIn(folder: string): void {
  mkdirSync(path.join(folder, 'app'), { recursive: true });
  const files = {
    'cardwright-host': PACKAGED_LAUNCHER,
    node: '#!/bin/sh\necho "$@" >>"$STAND_IN_LOG"\nexit "${STAND_IN_EXIT:-0}"\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: EXECUTABLE });
  for (const name of ['app/main.js', 'LICENSE', 'THIRD-PARTY.txt']) writeFileSync(path.join(folder, name), `${name}\n`);
}
