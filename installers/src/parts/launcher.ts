import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LAUNCHER_NAME, PACKAGED_LAUNCHER } from '@cardwright/native-host';

const EXECUTABLE = 0o755;

/** Writes the launcher into a host's folder: `cardwright-host`, which a browser starts. */
export function writeLauncher(folder: string): void {
  const file = path.join(folder, LAUNCHER_NAME);
  writeFileSync(file, PACKAGED_LAUNCHER);
  chmodSync(file, EXECUTABLE);
}
