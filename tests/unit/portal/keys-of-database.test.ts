import { memoryStore, seedPolicies } from '@cardwright/cms';
import { newKeyRing } from '@cardwright/cms/keys';
import { expect, it } from '@jest/globals';
import { requireFit } from '../../../portal/src/server/keys/require-fit.js';
import { portalPolicies } from '../../support/engine/portal-policies.js';

const [own, others] = [await newKeyRing(), await newKeyRing()];
const store = await memoryStore({ keys: own });
await seedPolicies(
  store,
  portalPolicies(() => ({})),
);
const { policies } = store.contents();

it('a portal works with the keys that open what its database has sealed, and with no others', async () => {
  expect(policies.length).toBeGreaterThan(0);
  await expect(requireFit(policies, own)).resolves.toBeUndefined();
  await expect(requireFit(policies, others)).rejects.toThrow('these are not the keys of this database');
});

it('a portal works with any keys while its database has sealed nothing', async () => {
  await expect(requireFit([], others)).resolves.toBeUndefined();
});
