/** @own-modules because the language of a page stays in its module. */
import { describe, expect, it } from '@jest/globals';
import { memoryStore } from '@cardwright/cms';
import { listPolicies, changePolicy } from '@cardwright/cms/policies';
import {
  newSecurityKeyPolicy,
  NO_FACTORY_VALUES,
  SECURITY_KEY,
} from '../../../portal/src/pages/operator/security-key-policy.js';
import { ADMINISTRATOR } from '../../support/administrator.js';

// The form needs the words of its page. Lit needs the rest as soon as there is a document.
Object.assign(globalThis, { document: { documentElement: { lang: 'en' }, createTreeWalker: () => ({}) } });
const { readPasskeys } = await import('../../../portal/src/pages/operator/passkey-fields.js');

const SERVICES = [
  { name: 'entra', title: 'Microsoft Entra ID', rpId: 'login.microsoft.com' },
  { name: 'login', title: 'Login', rpId: 'localhost' },
];

/** Makes the form data that a browser sends. */
function enter(...fields: readonly (readonly [string, string])[]): FormData {
  const entered = new FormData();
  for (const [name, value] of fields) entered.append(name, value);
  return entered;
}

describe('the passkeys in the form of a device policy', () => {
  it('are absent if no service is chosen, whatever else was entered', () => {
    expect(readPasskeys(enter(['passkeyWay1', 'host'], ['passkeyPin', 'shared']))).toBeUndefined();
  });

  it('are read as entered: each way once, in the order of its choice', () => {
    const entered = enter(
      ['passkeyService', 'entra'],
      ['passkeyService', 'login'],
      ['passkeyWay1', 'window'],
      ['passkeyWay2', 'host'],
      ['passkeyWay3', 'window'],
      ['passkeyPin', 'shared'],
      ['passkeyPinLength', '8'],
      ['passkeyUnproved', 'refuse'],
      ['passkeyReset', 'refuse'],
    );
    expect(readPasskeys(entered)).toEqual({
      services: ['entra', 'login'],
      ways: ['window', 'host'],
      pin: 'shared',
      pinRules: { minLength: 8, forbidTrivial: false },
      unproved: 'refuse',
      reset: 'refuse',
    });
  });
});

describe('the policy for security keys that an operator adds', () => {
  it('is accepted by the server, without any slot', async () => {
    const store = await memoryStore();
    const policy = newSecurityKeyPolicy(SERVICES);
    await changePolicy(store, ADMINISTRATOR, { model: SECURITY_KEY, policy, factory: NO_FACTORY_VALUES }, SERVICES);
    const [stored] = await listPolicies(store);
    expect(stored).toMatchObject({ model: 'fido2', policy: { slots: {}, passkeys: { services: ['entra'] } } });
  });
});
