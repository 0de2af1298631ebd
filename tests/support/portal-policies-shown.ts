import { readFileSync } from 'node:fs';
import { policySeeds } from '@cardwright/cms';
import { validate } from '@cardwright/protocol';

/** Device policies as the portal's pages receive them. */

const POLICIES = new URL('../../portal/config/device-policies.json', import.meta.url).pathname;

export const PASSKEY_SERVICES = [
  { name: 'entra', title: 'Microsoft Entra ID', rpId: 'login.microsoft.com' },
  { name: 'login', title: 'This portal', rpId: 'localhost' },
];

const passkeysAt = (services: readonly string[]): object => ({
  services,
  ways: ['page', 'window'],
  pin: 'shared',
  pinRules: { minLength: 8, forbidTrivial: false },
  unproved: 'refuse',
  reset: 'refuse',
});

/** Reads the policies to begin with. @param services the passkey services that the policies for smart cards have */
export function readPolicies(services?: readonly string[]): object[] {
  const seeds = validate(policySeeds, JSON.parse(readFileSync(POLICIES, 'utf8')));
  return Object.entries(seeds).map(([model, { policy }]) => ({
    model,
    policy: services === undefined ? policy : { ...policy, passkeys: passkeysAt(services) },
    updatedAt: '2026-11-25T10:00:00.000Z',
    updatedBy: 'configuration',
  }));
}

/** Lists the models that have a policy, as the operator's page receives them. */
export const readModels = (): object[] =>
  Object.entries(validate(policySeeds, JSON.parse(readFileSync(POLICIES, 'utf8')))).map(([model, { policy }]) => ({
    model,
    modelName: policy.modelName,
  }));
