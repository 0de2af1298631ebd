import { CardwrightError, validate } from '@cardwright/protocol';
import { PIV_PIN_LENGTH } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import type { KeyRing } from '../keys/key-ring.js';
import { managementKeyLength } from '../keys/management-key.js';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import {
  factorySecrets,
  policySeeds,
  readDevicePolicy,
  type DevicePolicy,
  type FactorySecrets,
  type SeedPolicies,
} from '../rules/device-policy.js';
import { PHONE } from '../rules/device-state.js';
import type { PolicyRow } from '../store/rows.js';
import type { Store } from '../store/store.js';
import type { PolicyState } from './trust-changes.js';

/** A model's policy as operators see it, without the factory values. */
export type StoredPolicy = Omit<PolicyRow, 'factorySecrets'>;

/**
 * Lists the policies of all models, without their factory values.
 *
 * @example
 * for (const { model, policy } of await listPolicies(store)) console.log(model, policy.modelName);
 */
export const listPolicies = (store: Store): Promise<StoredPolicy[]> =>
  store.transaction(async (transaction) =>
    (await transaction.listPolicies()).map((row) => {
      const { model, updatedAt, updatedBy } = row;
      return { model, policy: readDevicePolicy(row), updatedAt, updatedBy };
    }),
  );

/**
 * Opens the factory values of a model, for the server's own use only.
 *
 * @example
 * const { puk } = await openFactorySecrets(row, keys);
 */
export const openFactorySecrets = async (
  { model, factorySecrets: sealed }: Pick<PolicyRow, 'model' | 'factorySecrets'>,
  keys: KeyRing,
): Promise<FactorySecrets> => v.parse(factorySecrets, JSON.parse(await openFromStorage(sealed, keys, label(model))));

/** Passkey services that policies may name. If undefined, policies may name any service. */
export type KnownServices = readonly { readonly name: string }[] | undefined;

/**
 * Requires that a policy is fit to be written. A stored policy does not go through these checks when it is read.
 *
 * @throws CardwrightError `INVALID_PARAMS` if the factory management key does not have the length for each algorithm of `factoryKeyAlgorithms`, if one of
 * `otherManagementKeys` does not have the length for its algorithm, or is the third of its algorithm,
 * the model is that of mobile devices, the policy's rules allow PINs that no card takes or no PIN at all, or the policy names a passkey service
 * that is not among `services`
 */
export function requireSound(model: string, { policy, factory }: PolicyState, services: KnownServices): void {
  requireCards(model);
  requirePossiblePins(policy);
  requireServices(policy, services);
  requireKeyLength(policy, factory);
}

/** Returns the policy in a row, and its unsealed factory values. Returns undefined if there is no row. */
export const openState = async (row: PolicyRow | undefined, keys: KeyRing): Promise<PolicyState | undefined> =>
  row && { policy: readDevicePolicy(row), factory: await openFactorySecrets(row, keys) };

/**
 * Stores the policies of a file for those models that have no policy in the store yet. Validates the whole file first, so its contents may come
 * straight from `JSON.parse`; `validate(policySeeds, file)` gives the file its type.
 *
 * @throws CardwrightError `INVALID_PARAMS` if a member is missing, unknown or wrong, such as `yubikey.policy.slots`, or as `requireSound` does. In
 * these cases nothing is written.
 * @example
 * import { readFile } from 'node:fs/promises';
 * await seedPolicies(store, validate(policySeeds, JSON.parse(await readFile('policies.json', 'utf8'))));
 */
export async function seedPolicies(store: Store, seeds: SeedPolicies, services?: KnownServices): Promise<void> {
  const rows: PolicyRow[] = [];
  for (const [model, { policy, factory }] of Object.entries(validate(policySeeds, seeds))) {
    requireSound(model, { policy, factory }, services);
    const factorySecrets = await sealFactorySecrets(factory, store.keys, model);
    rows.push({ model, policy, factorySecrets, updatedAt: new Date(), updatedBy: 'configuration' });
  }
  await store.transaction(async (transaction) => {
    for (const row of rows) await transaction.putPolicy(row, 'add');
  });
}

/** Refuses a device policy for mobile devices. With such a policy, a card could be issued that claims to be a mobile device. */
function requireCards(model: string): void {
  if (model === PHONE)
    throw new CardwrightError('INVALID_PARAMS', {
      path: 'model',
      problem: 'expected a model other than mobile devices',
    });
}

/** Refuses rules that allow PINs which no card takes, or no PIN at all: devices of the model would stay pending. */
function requirePossiblePins({ pinRules: { minLength, maxLength } }: DevicePolicy): void {
  const { min, max } = PIV_PIN_LENGTH;
  if (maxLength < min || maxLength > max)
    throw new CardwrightError('INVALID_PARAMS', {
      path: 'pinRules.maxLength',
      problem: `expected ${min} to ${max}: a card takes no other PIN`,
    });
  if (minLength > maxLength)
    throw new CardwrightError('INVALID_PARAMS', {
      path: 'pinRules.minLength',
      problem: `expected at most ${maxLength}, the longest PIN`,
    });
}

function requireServices({ passkeys }: DevicePolicy, services: KnownServices): void {
  const unknown = passkeys?.services.filter((name) => !services?.some((service) => service.name === name)) ?? [];
  if (services && unknown.length > 0)
    throw new CardwrightError('INVALID_PARAMS', {
      path: 'passkeys.services',
      problem: `expected services of this CMS, not ${unknown.join(', ')}`,
    });
}

/** Maximum number of factory keys of one algorithm. A session tries as many, so that each is tried before a card runs out of tries. */
const MAX_KEYS_OF_AN_ALGORITHM = 2;

function requireKeyLength(
  { factoryKeyAlgorithms }: DevicePolicy,
  { managementKey, otherManagementKeys = [] }: FactorySecrets,
): void {
  for (const { algorithm } of factoryKeyAlgorithms) {
    const bytes = managementKeyLength(algorithm);
    if (managementKey.length !== 2 * bytes)
      throw new CardwrightError('INVALID_PARAMS', {
        path: 'factory.managementKey',
        problem: `expected ${bytes} bytes`,
      });
  }
  for (const [index, { algorithm, managementKey: other }] of otherManagementKeys.entries()) {
    const path = `factory.otherManagementKeys.${index}`;
    const bytes = managementKeyLength(algorithm);
    if (other.length !== 2 * bytes)
      throw new CardwrightError('INVALID_PARAMS', { path, problem: `expected ${bytes} bytes` });
    const first = factoryKeyAlgorithms.some((usual) => usual.algorithm === algorithm) ? 1 : 0;
    const same = otherManagementKeys.slice(0, index + 1).filter((one) => one.algorithm === algorithm).length;
    if (first + same > MAX_KEYS_OF_AN_ALGORITHM)
      throw new CardwrightError('INVALID_PARAMS', {
        path,
        problem: `expected at most ${MAX_KEYS_OF_AN_ALGORITHM} keys of an algorithm`,
      });
  }
}

const label = (model: string): string => `policy:${model}`;

/** Seals the factory values of a model for storage. */
export const sealFactorySecrets = (factory: FactorySecrets, keys: KeyRing, model: string): Promise<string> =>
  sealForStorage(JSON.stringify(factory), keys, label(model));
