import { expect, it } from '@jest/globals';
import { describeDevice } from '../../../portal/src/server/devices/device-description.js';
import { newDevice } from '../../integration/store/rows.js';

const owner = { id: '5e8e2a3c-0000-4000-8000-000000000001', username: 'alice', displayName: 'Alice Adams' };
const describeOne = (model: string) =>
  describeDevice({
    device: newDevice(owner.id, { model, serial: '60000001', proof: 'attested' }),
    owner,
    certificates: [],
  });

it('calls an attested serial number proved, but never that of a security key, whose passkeys vouch for its model alone', () => {
  expect(describeOne('yubikey')).toMatchObject({ serialProved: true, managementKey: 'own' });
  expect(describeOne('fido2')).toMatchObject({ serialProved: false, managementKey: null });
});
