import type { DevicePolicy, FactorySecrets } from '@cardwright/portal';
import { listDevices, type Browser, type TestPortal } from './test-portal.js';

/** What operators do at a portal. */

/** Writes a policy of the portal's configuration, with changes; keys are elliptic, since these are made quickly. */
export async function setPolicy(
  portal: TestPortal,
  operator: Browser,
  model: 'yubikey' | 'piv',
  changes: Partial<DevicePolicy> = {},
  factory: Partial<FactorySecrets> = {},
): Promise<void> {
  const seed = portal.configuration.policies[model];
  if (!seed) throw new Error(`no policy for ${model}`);
  const body = {
    model,
    policy: { ...seed.policy, slots: { '9A': 'P-256', '9E': 'P-256' }, ...changes },
    factory: { ...seed.factory, ...factory },
  };
  const { status } = await operator.send('PUT', '/api/operator/policy', body);
  if (status !== 200) throw new Error(`the policy was refused: ${status}`);
}

/** Every row that there is, as an operator sees it. */
export const listAll = async (operator: Browser) => (await listDevices(operator, '/api/operator/devices')).devices;

/** An operator's action on a device. */
export const act = (operator: Browser, id: string, action: string, reason?: string) =>
  operator.post(`/api/operator/devices/${id}/${action}`, reason === undefined ? {} : { reason });
