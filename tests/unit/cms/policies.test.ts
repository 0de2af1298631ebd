import { memoryStore, policySeeds, seedPolicies, type SeedPolicies } from '@cardwright/cms';
import { listPolicies, changePolicy, type FactorySecrets } from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import { words } from '@cardwright/words/at-once/cms';
import { describe, expect, it } from '@jest/globals';
import { newPolicy } from '../../integration/store/rows.js';
import { ADMINISTRATOR } from '../../support/administrator.js';

const factory = {
  pin: '123456',
  puk: '12345678',
  confidential: false,
  managementKey: '010203040506070801020304050607080102030405060708',
};

const policyWith = (minLength: number, maxLength: number) => {
  const { policy } = newPolicy('yubikey');
  return { ...policy, pinRules: { ...policy.pinRules, minLength, maxLength } };
};

describe('rules for PINs in a policy', () => {
  it.each([
    [8, 6, 'pinRules.minLength'],
    [7, 6, 'pinRules.minLength'],
    [8, 7, 'pinRules.minLength'],
    [4, 5, 'pinRules.maxLength'],
    [4, 4, 'pinRules.maxLength'],
    [6, 5, 'pinRules.maxLength'],
  ])('are refused if no PIN meets them: %i to %i', async (least, most, path) => {
    const store = await memoryStore();
    const policy = policyWith(least, most);
    const refused = { code: 'INVALID_PARAMS', data: { path } };
    await expect(changePolicy(store, ADMINISTRATOR, { model: 'yubikey', policy, factory })).rejects.toMatchObject(
      refused,
    );
    await expect(seedPolicies(store, { yubikey: { policy, factory } })).rejects.toMatchObject(refused);
    expect(await listPolicies(store)).toEqual([]);
  });

  it.each([
    [6, 8],
    [4, 6],
    [8, 8],
  ])('are accepted if a PIN can meet them: %i to %i', async (least, most) => {
    const store = await memoryStore();
    await changePolicy(store, ADMINISTRATOR, { model: 'yubikey', policy: policyWith(least, most), factory });
    expect(await listPolicies(store)).toHaveLength(1);
  });
});

describe('factory keys in a policy', () => {
  const change = async (otherManagementKeys: NonNullable<FactorySecrets['otherManagementKeys']>) =>
    changePolicy(await memoryStore(), ADMINISTRATOR, {
      model: 'yubikey',
      policy: policyWith(6, 8),
      factory: { ...factory, otherManagementKeys },
    });
  const key = (algorithm: 'AES-128' | 'AES-256', bytes: number) => ({ algorithm, managementKey: '0a'.repeat(bytes) });

  it('are taken, two of an algorithm', async () => {
    await expect(change([key('AES-128', 16), key('AES-256', 32), key('AES-256', 32)])).resolves.not.toThrow();
  });

  it.each([
    ['a third one of an algorithm', [key('AES-256', 32), key('AES-256', 32), key('AES-256', 32)], 2],
    ['one of another length', [key('AES-128', 16), key('AES-256', 16)], 1],
  ])('are refused: %s', async (_what, keys, index) => {
    const path = `factory.otherManagementKeys.${index}`;
    await expect(change(keys)).rejects.toMatchObject({ code: 'INVALID_PARAMS', data: { path } });
  });
});

describe('a file of policies', () => {
  const { modelName, ...unnamed } = policyWith(6, 8);
  const read = (policy: object, model = 'piv') => validate(policySeeds, { [model]: { policy, factory } })[model];

  it('needs no name of a model that Cardwright knows, so that each reader has it in their own language', () => {
    expect(read(unnamed)?.policy.modelName).toBe(words.english.models.piv);
    expect(read({ ...unnamed, modelName })?.policy.modelName).toBe(modelName);
  });

  it('needs a name of any other model', () => {
    expect(() => read(unnamed, 'token')).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ path: 'token.policy.modelName' }) as object }),
    );
  });

  /** Writes a file that nothing has validated before, as a caller in JavaScript would. */
  const seed = async (policy: object) => {
    const store = await memoryStore();
    const file = JSON.parse(JSON.stringify({ piv: { policy, factory } })) as SeedPolicies;
    const [outcome] = await Promise.allSettled([seedPolicies(store, file)]);
    return { outcome, policies: await listPolicies(store) };
  };

  it('is validated before it is written: settings that it leaves out get their defaults', async () => {
    const { reset, ...short } = unnamed;
    expect(reset).toBe('allow');
    const { outcome, policies } = await seed(short);
    expect(outcome.status).toBe('fulfilled');
    expect(policies).toMatchObject([{ model: 'piv', policy: { modelName: words.english.models.piv, reset } }]);
  });

  it.each([
    ['lacks a setting', { slots: undefined }, 'piv.policy.slots'],
    ['has a wrong one', { certificateDays: 'many' }, 'piv.policy.certificateDays'],
    ['has an unknown one', { colour: 'red' }, 'piv.policy.colour'],
  ])('is refused before anything is written if it %s', async (_what, change, path) => {
    const { outcome, policies } = await seed({ ...unnamed, ...change });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_PARAMS', data: { path } } });
    expect(policies).toEqual([]);
  });
});

it.each([
  ['Security key', 'Sicherheitsschlüssel'],
  ['Key of the house', 'Key of the house'],
])('a further model that its policy calls %s is %s for a German operator', async (modelName, after) => {
  const change = { model: 'fido2', policy: { ...policyWith(6, 8), modelName }, factory };
  const changed = await changePolicy(await memoryStore(), { ...ADMINISTRATOR, language: 'de' }, change);
  expect(changed).toMatchObject({
    kind: 'saved',
    changes: expect.arrayContaining([expect.objectContaining({ after })]),
  });
});
