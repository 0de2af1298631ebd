import { readSettings, type ReadPolicy } from '@cardwright/protocol/settings';
import { readManaged } from './managed-storage.js';

/** Reads the administrator's policy. The policy can arrive late and change at any time, so it is read for every decision. */
export async function readPolicy(): Promise<ReadPolicy> {
  return readSettings(await readManaged());
}
