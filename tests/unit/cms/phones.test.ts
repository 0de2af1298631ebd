import { memoryStore, seedPolicies } from '@cardwright/cms';
import { allowedActions, DEVICE_STATES, ownerActions, PHONE, type DeviceState } from '@cardwright/cms/devices';
import { owned } from '@cardwright/cms/operations';
import { changePolicy } from '@cardwright/cms/policies';
import { describe, expect, it } from '@jest/globals';
import { newSecurityKeyPolicy, NO_FACTORY_VALUES } from '../../../portal/src/pages/operator/security-key-policy.js';
import { newDevice, newPolicy } from '../../integration/store/rows.js';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { blankYubikey } from '../../support/device-facts.js';

const STATES = Object.keys(DEVICE_STATES) as DeviceState[];
const OLGA = { id: 'olga', username: 'olga', displayName: 'Olga', email: null, upn: null, sid: null };
const ADA = { ...OLGA, id: 'ada', username: 'ada' };

/** Creates a mobile device with everything that would let a card be approved, activated and erased. */
const phoneIn = (state: DeviceState) =>
  newDevice(ADA.id, {
    model: PHONE,
    identity: 'apple:00008140-001A2B3C4D5E6F70',
    state,
    stateBeforeSuspension: 'active',
    stateReason: state === 'producing' ? 'APPROVAL_NEEDED' : null,
  });

describe('a mobile device', () => {
  it('can only be activated, suspended, resumed and terminated by operators', () => {
    const offered = STATES.map((state) => [state, allowedActions(phoneIn(state), OLGA, []).map(({ name }) => name)]);
    expect(Object.fromEntries(offered)).toEqual({
      available: [],
      producing: ['terminate'],
      pending: ['activate', 'suspend', 'terminate'],
      'awaiting-approval': ['suspend', 'terminate'],
      active: ['suspend', 'terminate'],
      suspended: ['resume', 'terminate'],
      failed: ['terminate'],
      terminated: [],
    });
  });

  it('is never continued or started again by its owner', () => {
    const situation = { isRunning: true, policy: { reset: 'allow' } } as const;
    expect(STATES.flatMap((state) => ownerActions(phoneIn(state), situation))).toEqual([]);
  });

  it('is no card: a card with its GUID is not eligible as that device', () => {
    const device = phoneIn('active');
    const card = {
      person: ADA,
      info: blankYubikey('10000001', { serial: null, guid: device.guid }),
      known: { latest: device, hasEscrows: false, certificates: [], running: [], policy: newPolicy('yubikey') },
      policy: newPolicy('yubikey').policy,
      devices: 1,
      deviceLimit: 10,
      passkeys: { origin: 'https://cms.example.com', services: [], obstacleAt: () => null },
    };
    expect(owned('active')(card)).toEqual({ action: null, reason: { code: 'not-issued' } });
    const asCard = { ...device, model: 'yubikey' };
    expect(owned('active')({ ...card, known: { ...card.known, latest: asCard } })).toMatchObject({ device: asCard });
  });

  it('has no device policy, which would let cards claim to be mobile devices', async () => {
    const store = await memoryStore();
    const policy = newSecurityKeyPolicy([{ name: 'login', title: 'Login', rpId: 'cms.example' }]);
    const refused = { code: 'INVALID_PARAMS', data: { path: 'model' } };
    await expect(
      changePolicy(store, ADMINISTRATOR, { model: PHONE, policy, factory: NO_FACTORY_VALUES }),
    ).rejects.toMatchObject(refused);
    await expect(seedPolicies(store, { [PHONE]: { policy, factory: NO_FACTORY_VALUES } })).rejects.toMatchObject(
      refused,
    );
  });
});
