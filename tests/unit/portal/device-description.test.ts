import { PHONE } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import { expect, it } from '@jest/globals';
import { describeDevice } from '../../../portal/src/server/devices/device-description.js';
import { newDevice } from '../../integration/store/rows.js';

const owner = {
  id: '5e8e2a3c-0000-4000-8000-000000000001',
  username: 'alice',
  displayName: 'Alice Adams',
  groups: [],
  leftAt: null,
  leftBecause: null,
};
const describeOne = (model: string, about: Partial<Device> = {}) =>
  describeDevice({
    device: newDevice(owner.id, { model, serial: '60000001', proof: 'attested', ...about }),
    owner,
    certificates: [],
    work: [],
  });

const VENDOR = 'ab'.repeat(32);

it('calls a serial number proved that the vendor signed, but not that of a security key, whose passkeys vouch for its model alone', () => {
  const proved = describeOne('yubikey', { identity: `${VENDOR}:serial:60000001` });
  expect(proved).toMatchObject({ serialProved: true, managementKey: 'own' });
  expect(describeOne('fido2')).toMatchObject({ serialProved: false, managementKey: null });
});

it.each([
  ['whose vendor signs none', { identity: `${VENDOR}:9e:${'cd'.repeat(32)}` }],
  ['whose vendor signed another', { identity: `${VENDOR}:serial:60000002` }],
  ['whose vendor signed one that ends alike', { identity: `${VENDOR}:serial:160000001` }],
  ['that nothing identifies', { identity: null }],
  ['that is not attested any more', { identity: `${VENDOR}:serial:60000001`, proof: 'not-proved' }],
] as const)('calls the serial number of an attested device claimed %s', (_, about) => {
  expect(describeOne('yubikey', about)).toMatchObject({ serialProved: false });
});

it('calls the serial number of a mobile device claimed, which Apple does not sign, and shows no PIN or management key', () => {
  const about = { proof: 'not-proved', state: 'active', hasInitialPin: true } as const;
  const phone = describeOne(PHONE, { ...about, identity: `apple:key:${'ef'.repeat(32)}` });
  expect(phone).toMatchObject({ isPhone: true, serialProved: false, managementKey: null, hasInitialPin: false });
  expect(describeOne(PHONE, { ...about, identity: null, proof: 'attested' }).serialProved).toBe(false);
  expect(describeOne('yubikey')).toMatchObject({ isPhone: false, hasInitialPin: true });
});

it('names the system of a mobile device as people know it, and that of no other device', () => {
  const phone = describeOne(PHONE, { modelName: 'iPhone 16 Pro', firmware: '22A3354' });
  expect(phone.system).toEqual({ name: 'iOS', version: '18.0', isBeta: false, signed: '22A3354' });
  expect(describeOne(PHONE, { modelName: 'iPhone 16 Pro', firmware: null }).system).toBeNull();
  expect(describeOne('yubikey', { firmware: '5.7.2' })).toMatchObject({ system: null, firmware: '5.7.2' });
});
