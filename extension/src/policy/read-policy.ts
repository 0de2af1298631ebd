import { readManaged } from './managed-storage.js';
import { readSettings, type ReadPolicy } from './settings.js';

/** Reads the administrator's policy. It can come late, and change at any time, so it is read at every decision. */
export async function readPolicy(): Promise<ReadPolicy> {
  return readSettings(await readManaged());
}
