import { CardwrightError, type PublicJwk } from '@cardwright/protocol';
import { eq, inArray } from 'drizzle-orm';
import * as v from 'valibot';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import type { KeyRing } from '../keys/key-ring.js';
import { managementKeyLength } from '../keys/management-key.js';
import type { Database } from '../store/database.js';
import { devicePolicies } from '../store/schema.js';
import {
  devicePolicy,
  factorySecrets,
  type DevicePolicy,
  type FactorySecrets,
  type SeedPolicies,
} from './device-policy.js';

export interface StoredPolicy {
  readonly model: string;
  readonly policy: DevicePolicy;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** The device policies of the database. */
export async function listPolicies(db: Database): Promise<StoredPolicy[]> {
  const rows = await db.select().from(devicePolicies).orderBy(devicePolicies.model);
  return rows.map(({ model, policy, updatedAt, updatedBy }) => ({
    model,
    policy: v.parse(devicePolicy, policy),
    updatedAt,
    updatedBy,
  }));
}

/** The policy for a model, or undefined where the CMS does not issue such devices. */
export async function findPolicy(db: Database, model: string): Promise<DevicePolicy | undefined> {
  return (await findPolicies(db, [model])).get(model);
}

/** The policies for models; one that the CMS does not issue is not there. */
export async function findPolicies(
  db: Database,
  models: readonly string[],
): Promise<ReadonlyMap<string, DevicePolicy>> {
  if (models.length === 0) return new Map();
  const rows = await db
    .select({ model: devicePolicies.model, policy: devicePolicies.policy })
    .from(devicePolicies)
    .where(inArray(devicePolicies.model, [...new Set(models)]));
  // One of an earlier version lacks what is optional.
  return new Map(rows.map(({ model, policy }) => [model, v.parse(devicePolicy, policy)]));
}

/**
 * The factory values of a model; for the server's own use only.
 *
 * @throws CardwrightError `INVALID_PARAMS` when the model has no policy
 */
export async function openFactorySecrets(db: Database, keys: KeyRing, model: string): Promise<FactorySecrets> {
  const [row] = await db.select().from(devicePolicies).where(eq(devicePolicies.model, model));
  if (!row) throw new CardwrightError('INVALID_PARAMS', { path: 'factory', problem: 'expected with a new model' });
  return v.parse(factorySecrets, JSON.parse(await openFromStorage(row.factorySecrets, keys, label(model))));
}

/**
 * Writes a policy; without `factory` the stored factory values stay.
 *
 * @throws CardwrightError `INVALID_PARAMS` when the management key has not the algorithm's length, or a new model comes
 * without factory values.
 */
export async function savePolicy(
  db: Database,
  keys: KeyRing,
  by: string,
  model: string,
  policy: DevicePolicy,
  factory: FactorySecrets | undefined,
): Promise<void> {
  const secrets = factory ?? (await openFactorySecrets(db, keys, model));
  requireKeyLength(policy, secrets);
  const values = { policy, factorySecrets: await seal(secrets, keys, model), updatedAt: new Date(), updatedBy: by };
  await db
    .insert(devicePolicies)
    .values({ model, ...values })
    .onConflictDoUpdate({ target: devicePolicies.model, set: values });
}

/** Writes the policies of a file to a database that has none for their models. */
export async function seedDevicePolicies(db: Database, keys: KeyRing, seeds: SeedPolicies): Promise<void> {
  for (const [model, { policy, factory }] of Object.entries(seeds)) {
    requireKeyLength(policy, factory);
    await db
      .insert(devicePolicies)
      .values({ model, policy, factorySecrets: await seal(factory, keys, model), updatedBy: 'configuration' })
      .onConflictDoNothing();
  }
}

function requireKeyLength({ factoryKeyAlgorithms }: DevicePolicy, { managementKey }: FactorySecrets): void {
  for (const { algorithm } of factoryKeyAlgorithms) {
    const bytes = managementKeyLength(algorithm);
    if (managementKey.length !== 2 * bytes)
      throw new CardwrightError('INVALID_PARAMS', {
        path: 'factory.managementKey',
        problem: `expected ${bytes} bytes`,
      });
  }
}

const label = (model: string): string => `policy:${model}`;

const seal = (factory: FactorySecrets, keys: { sealingPublic: PublicJwk }, model: string): Promise<string> =>
  sealForStorage(JSON.stringify(factory), keys, label(model));
