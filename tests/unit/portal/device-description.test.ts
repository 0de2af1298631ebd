import { PHONE, type Device } from '@cardwright/cms';
import { expect, it } from '@jest/globals';
import { describeDevice } from '../../../portal/src/server/devices/device-description.js';
import { newDevice } from '../../integration/store/rows.js';

const owner = { id: '5e8e2a3c-0000-4000-8000-000000000001', username: 'alice', displayName: 'Alice Adams' };
const describeOne = (model: string, about: Partial<Device> = {}) =>
  describeDevice({
    device: newDevice(owner.id, { model, serial: '60000001', proof: 'attested', ...about }),
    owner,
    certificates: [],
  });

it('calls an attested serial number proved, but never that of a security key, whose passkeys vouch for its model alone', () => {
  expect(describeOne('yubikey')).toMatchObject({ serialProved: true, managementKey: 'own' });
  expect(describeOne('fido2')).toMatchObject({ serialProved: false, managementKey: null });
});

it('calls the serial number of a mobile device proved where it signed who it is, and tells of no PIN or management key', () => {
  const about = { proof: 'not-proved', state: 'active', hasInitialPin: true } as const;
  const phone = describeOne(PHONE, { ...about, identity: 'apple:00008140-001A2B3C4D5E6F70' });
  expect(phone).toMatchObject({ isPhone: true, serialProved: true, managementKey: null, hasInitialPin: false });
  expect(describeOne(PHONE, { ...about, identity: null, proof: 'attested' }).serialProved).toBe(false);
  expect(describeOne('yubikey')).toMatchObject({ isPhone: false, hasInitialPin: true });
});
