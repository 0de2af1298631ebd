import type { DevicePolicy, FactorySecrets } from '@cardwright/portal';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { NO_VERSION, requestOf } from '../../../support/engine/operator-action.js';
import { Browser, listDevices, type TestPortal } from './test-portal.js';

/** Operators' requests to a portal. */

const TWO_KEYS = { '9A': 'P-256', '9E': 'P-256' } as const;

const session = v.looseObject({ user: v.looseObject({ username: v.string() }) });
const proposed = v.looseObject({
  outcome: v.string(),
  proposals: v.array(v.looseObject({ id: v.string(), model: v.string() })),
});

/**
 * Changes a policy, with all that it takes: the operator's consent, and another operator who confirms it. Both have just signed in.
 *
 * @param change the body of the request
 */
export async function changePolicy(
  portal: TestPortal,
  operator: Browser,
  change: { readonly model: string; readonly policy: object; readonly factory?: object },
) {
  const put = (body: object) => operator.send('PUT', '/api/operator/policy', body);
  const first = await put(change);
  if (first.status !== 200 || validate(proposed, first.body).outcome !== 'consent-needed') return first;
  const { username } = validate(session, (await operator.get('/api/session')).body).user;
  const sent = await put({ ...change, consent: true });
  if (sent.status !== 200) return sent;
  const { outcome, proposals } = validate(proposed, sent.body);
  const proposal = proposals.find(({ model }) => model === change.model);
  if (outcome !== 'proposed' || !proposal) return sent;
  const other = username === 'oscar' ? 'olga' : 'oscar';
  const confirming = await Browser.login(portal, other);
  return confirming.post(`/api/operator/policy/proposals/${proposal.id}/confirm`, {});
}

/** Writes a policy of the portal's configuration, with changes, and with two keys at most. Keys are elliptic, since these are made quickly. */
export async function setPolicy(
  portal: TestPortal,
  operator: Browser,
  model: 'yubikey' | 'piv',
  changes: Partial<DevicePolicy> = {},
  factory: Partial<FactorySecrets> = {},
): Promise<void> {
  const seed = portal.configuration.devicePolicies[model];
  if (!seed) throw new Error(`no policy for ${model}`);
  const body = {
    model,
    policy: { ...seed.policy, slots: '9E' in seed.policy.slots ? TWO_KEYS : seed.policy.slots, ...changes },
    factory: { ...seed.factory, ...factory },
  };
  const { status } = await changePolicy(portal, operator, body);
  if (status !== 200) throw new Error(`the policy was refused: ${status}`);
}

/** Lists every row, as an operator sees it. */
export const listAll = async (operator: Browser) => (await listDevices(operator, '/api/operator/devices')).devices;

const page = v.object({ device: v.object({ version: v.string() }) });

/** Returns the version of a device that an operator's page shows now; `NO_VERSION` if it shows none. */
export async function lookAt(operator: Browser, id: string): Promise<string> {
  const { body } = await operator.get(`/api/operator/devices/${id}`);
  return v.is(page, body) ? body.device.version : NO_VERSION;
}

/** Performs an operator's action on a device, at which the operator has just looked. */
export const act = async (operator: Browser, id: string, action: string, reason?: string) =>
  operator.post(`/api/operator/devices/${id}/${action}`, requestOf(await lookAt(operator, id), reason));
