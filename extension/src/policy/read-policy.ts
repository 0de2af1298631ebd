import { readSettings, type ReadPolicy } from '@cardwright/protocol/settings';
import { firstPolicy } from './first-policy.js';
import { readManaged } from './managed-storage.js';

/**
 * Reads the administrator's policy. The policy can change at any time, so it is read for every decision. For at most 4 s after the administrator has
 * installed the extension, waits for the policy.
 */
export async function readPolicy(): Promise<ReadPolicy> {
  await firstPolicy();
  return readSettings(await readManaged());
}
