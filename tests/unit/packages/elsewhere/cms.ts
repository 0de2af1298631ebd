import assert from 'node:assert/strict';
import { createCms, memoryStore, seedPolicies, STANDARD_OPERATIONS, standardPolicies } from '@cardwright/cms';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { call, defineOperation, inState, keepState, owned, type Step } from '@cardwright/cms/operations';
import { devicePolicy, listPolicies } from '@cardwright/cms/policies';
import { isCardwrightError } from '@cardwright/protocol';

const refusing: CertificationAuthority = {
  certificate: new Uint8Array(),
  issue: () => Promise.reject(Object.assign(new Error('The contract has ended.'), { code: 'CA_REFUSED' })),
  signCrl: () => Promise.resolve(new Uint8Array()),
};

const verify: Step = {
  name: 'verify',
  phase: { name: 'verify', words: { en: 'Waiting for your PIN' } },
  progress: 10,
  slices: [],
  needed: () => true,
  calls: () => [
    call('pin.verify', { secrets: { pin: { source: 'user' } } }),
    // @ts-expect-error no command of that name
    call('pin.guess', {}),
  ],
};
const greet = defineOperation({
  kind: 'greet',
  title: { en: 'Greet' },
  eligibility: owned('active'),
  requireUnderWay: inState('active'),
  steps: [verify],
  settle: { done: keepState, failed: keepState },
});

const store = await memoryStore();
const operations = [...STANDARD_OPERATIONS, greet];
const cms = createCms({ store, authority: refusing, origin: 'https://cms.example.com', operations });
const person = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };
const requester = { person, language: 'en' };
assert.deepEqual(await cms.judge(requester, 'greet', []), []);
const unknown: unknown = await cms.judge(requester, 'stamp', []).catch((error: unknown) => error);
assert.ok(isCardwrightError(unknown, 'INVALID_PARAMS'));
await seedPolicies(store, standardPolicies());
assert.deepEqual((await listPolicies(store)).map(({ model }) => model).sort(), ['compatible', 'piv', 'yubikey']);
assert.equal(devicePolicy.type, 'strict_object');
console.log('cms');
