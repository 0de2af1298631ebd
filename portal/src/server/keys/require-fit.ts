import type { KeyRing } from '@cardwright/cms/keys';
import { openFactorySecrets } from '@cardwright/cms/policies';
import { isCardwrightError } from '@cardwright/protocol';

/** A row of the device policies. Its `factorySecrets` can only be opened with the keys that sealed them. */
export interface SealedPolicy {
  readonly model: string;
  readonly factorySecrets: string;
}

/**
 * Checks that keys belong to a database. With other keys the portal would run, but could not open anything sealed: neither a PUK
 * nor a management key of any device. A database without policies has nothing sealed, and accepts any keys.
 *
 * @throws Error with words for the administrator if the keys belong to another database
 */
export async function requireFit(policies: readonly SealedPolicy[], keys: KeyRing): Promise<void> {
  for (const policy of policies) {
    if (await fits(policy, keys)) continue;
    throw new Error('these are not the keys of this database. Restore its key file from a backup');
  }
}

async function fits(policy: SealedPolicy, keys: KeyRing): Promise<boolean> {
  try {
    await openFactorySecrets(policy, keys);
    return true;
  } catch (error) {
    if (isCardwrightError(error, 'SECRET_REFUSED')) return false;
    throw error;
  }
}
