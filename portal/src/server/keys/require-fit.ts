import { openFactorySecrets, type KeyRing } from '@cardwright/cms';
import { isCardwrightError } from '@cardwright/protocol';

/** A row of the device policies: what it has sealed can be opened with the keys of its database alone. */
export interface SealedPolicy {
  readonly model: string;
  readonly factorySecrets: string;
}

/**
 * Holds keys against a database. With others the portal would run, and could open nothing that it has sealed: no PUK, no management key
 * of any device.
 *
 * @throws Error with words for the administrator where the keys are those of another database
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
