import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { PolicyReader } from '../../../portal/src/server/passkeys/entra/policy-reader.js';
import { personOf } from '../../support/engine/people.js';

const ALICE = personOf('alice', { upn: 'alice@corp.example' });
const SECOND = 1000;
const CONFIGURATION = 'passkey profiles';
const GROUPS = 'group memberships';
/** A profile for one group, which allows no security key. */
const POLICY = {
  passkeyProfiles: [{ id: 'synced', passkeyTypes: 'synced' }],
  includeTargets: [{ id: 'group', allowedPasskeyProfiles: ['synced'] }],
};
const ANSWERS = new Map<string, object>([
  [CONFIGURATION, POLICY],
  [GROUPS, { value: ['group'] }],
]);

let refused: string | undefined;
let asked: string[];
let reader: PolicyReader;
beforeEach(() => {
  jest.useFakeTimers();
  refused = undefined;
  asked = [];
  const send = ({ what }: { readonly what: string }) => {
    asked.push(what);
    return Promise.resolve(what === refused ? { status: 403, body: null } : { status: 200, body: ANSWERS.get(what) });
  };
  reader = new PolicyReader('entra', { send }, () => undefined);
});
afterEach(() => void jest.useRealTimers());

it.each([CONFIGURATION, GROUPS])('reads the %s again after ten seconds if they could not be read', async (what) => {
  refused = what;
  expect(await reader.findObstacle(ALICE, null)).toBeNull();
  refused = undefined;
  jest.advanceTimersByTime(9 * SECOND);
  expect(await reader.findObstacle(ALICE, null)).toBeNull();
  jest.advanceTimersByTime(2 * SECOND);
  expect(await reader.findObstacle(ALICE, null)).toBe('model');
  expect(asked.filter((one) => one === what)).toHaveLength(2);
});

it('remembers what it could read for a minute', async () => {
  expect(await reader.findObstacle(ALICE, null)).toBe('model');
  jest.advanceTimersByTime(59 * SECOND);
  expect(await reader.findObstacle(ALICE, null)).toBe('model');
  expect(asked).toEqual([CONFIGURATION, GROUPS]);
  jest.advanceTimersByTime(2 * SECOND);
  expect(await reader.findObstacle(ALICE, null)).toBe('model');
  expect(asked).toEqual([CONFIGURATION, GROUPS, CONFIGURATION, GROUPS]);
});
