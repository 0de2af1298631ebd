import { memoryStore, seedPolicies } from '@cardwright/cms';
import {
  devicePolicy,
  passkeyPolicy as passkeys,
  listPolicies,
  changePolicy,
  wantsPiv,
  type DevicePolicy,
} from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { newPolicy } from '../../../integration/store/rows.js';
import { ADMINISTRATOR } from '../../../support/administrator.js';

const factory = {
  pin: '123456',
  puk: '12345678',
  confidential: false,
  managementKey: '010203040506070801020304050607080102030405060708',
};
const policyWith = (changes: Partial<DevicePolicy>): DevicePolicy =>
  validate(devicePolicy, { ...newPolicy('yubikey').policy, ...changes });
const wanting = (...services: string[]) => policyWith({ passkeys: validate(passkeys, { services }) });
const KNOWN = [{ name: 'entra' }];
const refused = { code: 'INVALID_PARAMS', data: { path: 'passkeys.services' } };

describe('a policy with passkeys', () => {
  it('is refused, saved or seeded, if it names a service that the CMS does not have', async () => {
    const store = await memoryStore();
    const policy = wanting('entra', 'other');
    const change = { model: 'yubikey', policy, factory };
    await expect(changePolicy(store, ADMINISTRATOR, change, KNOWN)).rejects.toMatchObject(refused);
    await expect(seedPolicies(store, { yubikey: { policy, factory } }, KNOWN)).rejects.toMatchObject(refused);
    await expect(changePolicy(store, ADMINISTRATOR, change, [])).rejects.toMatchObject(refused);
    expect(await listPolicies(store)).toEqual([]);
    await changePolicy(store, ADMINISTRATOR, { model: 'yubikey', policy: wanting('entra'), factory }, KNOWN);
    // Without a list of services, any name is accepted.
    await changePolicy(store, ADMINISTRATOR, change);
  });

  it('may have no slots, but must have slots or passkeys', () => {
    const alone = policyWith({ slots: {}, passkeys: validate(passkeys, { services: ['entra'] }) });
    expect(wantsPiv(alone)).toBe(false);
    expect(wantsPiv(policyWith({}))).toBe(true);
    expect(() => policyWith({ slots: {} })).toThrow();
  });
});
