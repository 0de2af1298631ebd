import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PACKAGED_LAUNCHER } from '@cardwright/native-host';

const EXECUTABLE = 0o755;

/**
 * Lays out a tiny stand-in for a packaged host. Its Node.js is a script that appends its arguments to the file `STAND_IN_LOG` and exits
 * with the code `STAND_IN_EXIT`.
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
