import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newGroupId, type EntraTenant } from '../../../support/graph/entra-tenant.js';
import { TEST_AAGUID } from '../../../support/passkeys/software-authenticator.js';
import { EntraBench, GROUP, NAME, alice, refusedWith } from './support/entra-bench.js';

const OTHER_AAGUID = '11111111-2222-3333-4444-555555555555';
let bench: EntraBench;

beforeEach(async () => {
  bench = await EntraBench.open();
});
afterEach(() => bench.close());

describe('a passkey profile', () => {
  const expected = { aaguid: TEST_AAGUID };
  const restrict = (enforcementType: 'allow' | 'block', aaGuids: string[]) =>
    bench.graph.tenant.restrict({ keyRestrictions: { isEnforced: true, enforcementType, aaGuids } });

  it.each([
    ['allows others alone', 'allow', [OTHER_AAGUID], 'model'],
    ['allows the model', 'allow', [TEST_AAGUID], null],
    ['blocks the model', 'block', [TEST_AAGUID], 'model'],
    ['blocks others', 'block', [OTHER_AAGUID], null],
  ] as const)('is known before the device is touched if it %s', async (_what, type, aaguids, obstacle) => {
    restrict(type, [...aaguids]);
    expect(await bench.service.findObstacle(alice, expected)).toBe(obstacle);
    const { begun, response } = await bench.register();
    const finished = bench.service.finish(alice, begun, response, NAME);
    // The known obstacle is what the service does.
    if (obstacle === null) await finished;
    else await expect(finished).rejects.toMatchObject({ code: 'PASSKEY_REFUSED', data: { reason: 'service' } });
  });

  it('forbids a key that does not state its model, if it demands attestation', async () => {
    bench.graph.tenant.restrict({ attestationEnforcement: 'registrationOnly' });
    const nameless = { aaguid: '00000000-0000-0000-0000-000000000000' };
    expect(await bench.service.findObstacle(alice, nameless)).toBe('attestation');
    expect(await bench.service.findObstacle(alice, expected)).toBeNull();
  });

  it('forbids every security key, known or not, if it is for synced passkeys', async () => {
    bench.graph.tenant.restrict({ passkeyTypes: 'synced' });
    expect(await bench.service.findObstacle(alice, null)).toBe('model');
  });

  it('counts for its groups: one that allows is enough', async () => {
    const [everyone] = bench.graph.tenant.profiles;
    if (!everyone) throw new Error('there is a default profile');
    const block = { isEnforced: true, enforcementType: 'block', aaGuids: [TEST_AAGUID] } as const;
    bench.graph.tenant.profiles = [
      { ...everyone, keyRestrictions: block },
      { ...everyone, id: OTHER_AAGUID },
    ];
    bench.graph.tenant.targets = [
      { id: 'all_users', allowedPasskeyProfiles: [everyone.id] },
      { id: newGroupId(), allowedPasskeyProfiles: [OTHER_AAGUID] },
    ];
    expect(await bench.service.findObstacle(alice, expected)).toBe('model');
    bench.graph.tenant.targets = [...bench.graph.tenant.targets, { id: GROUP, allowedPasskeyProfiles: [OTHER_AAGUID] }];
    expect(await bench.newService().findObstacle(alice, expected)).toBeNull();
  });

  it.each<[what: string, change: Partial<EntraTenant>, obstacle: 'person' | 'service']>([
    ['is off', { state: 'disabled' }, 'service'],
    ['lets nobody register', { isSelfServiceRegistrationAllowed: false }, 'service'],
    ['excludes a group of the person', { excludedGroups: [GROUP] }, 'person'],
    ['includes none of her groups', { targets: [{ id: newGroupId(), allowedPasskeyProfiles: [] }] }, 'person'],
    ['includes nobody', { targets: [] }, 'person'],
  ])(
    'is known before the device is touched if its policy %s, and logged in the words of Graph',
    async (_, change, obstacle) => {
      Object.assign(bench.graph.tenant, change);
      for (const authenticator of [expected, null])
        expect(await bench.service.findObstacle(alice, authenticator)).toBe(obstacle);
      await expect(bench.service.begin(alice)).rejects.toMatchObject(refusedWith(403));
      expect(bench.lines.at(-1)).toMatch(/, accessDenied: Passkeys are not enabled by policy for the user …$/);
      expect(bench.lines.join()).not.toContain('alice@example.com');
    },
  );

  it('does not stand in the way of a person whose group is not excluded', async () => {
    Object.assign(bench.graph.tenant, { excludedGroups: [newGroupId()] });
    expect(await bench.service.findObstacle(alice, expected)).toBeNull();
    await bench.service.begin(alice);
  });

  it('is read once a minute, and forbids nothing if it is unreadable, which is logged once', async () => {
    restrict('allow', []);
    for (let turn = 0; turn < 3; turn += 1) await bench.service.findObstacle(alice, expected);
    expect(bench.graph.count('policy')).toBe(1);
    const blind = bench.newService();
    bench.graph.fail({ call: 'policy', how: { status: 403 }, times: 9 });
    for (let turn = 0; turn < 3; turn += 1) expect(await blind.findObstacle(alice, expected)).toBeNull();
    expect(bench.lines.filter((line) => line.includes('cannot be read (403)'))).toHaveLength(1);
  });
});
