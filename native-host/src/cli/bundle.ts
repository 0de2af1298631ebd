import { runChecks, verdictOf } from '../checks/index.js';
import type { Inventory } from '../devices/inventory.js';
import type { System } from '../system/system.js';
import { writeBundle } from './bundle-file.js';
import { EXIT } from './exit-code.js';
import type { Print } from './print.js';

export interface BundleOptions {
  /** Path of the new file. If empty, the file is written to the current folder and named after the current time in UTC. */
  readonly file: string;
  readonly system: System;
  readonly print: Print;
}

/**
 * Runs all checks, writes a new support file with their results for a help desk, and returns the exit code.
 *
 * @throws BundleError when the file exists or cannot be written
 */
export async function makeBundle(inventory: Inventory, { file, system, print }: BundleOptions): Promise<number> {
  const findings = await runChecks({ audience: 'doctor', inventory, system });
  const checks = findings.map(({ check }) => check);
  const place = file === '' ? nameAt(new Date()) : file;
  await writeBundle(place, checks, system);
  print(verdictOf(checks));
  print(`The support file is ${place}. It holds no secrets; it names readers, cards and files.`);
  return EXIT.success;
}

/** Returns a file name with the time in UTC. The name has no colons, because Windows does not allow colons in names. */
const nameAt = (time: Date): string =>
  `cardwright-support-${time.toISOString().replace(/\..*$/, '').replaceAll(':', '')}Z.json`;
