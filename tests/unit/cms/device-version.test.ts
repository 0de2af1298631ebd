import { deviceVersion, type VersionedDevice } from '@cardwright/cms/devices';
import type { Certificate, Device } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { newCertificate, newDevice, newPasskey, newWork } from '../../integration/store/rows.js';

const row = newDevice('owner', { serial: '60000001', identity: 'vendor:serial:60000001' });
const certificates = (['9A', '9E'] as const).map((slot) => newCertificate(row.id, { slot }));
const passkeys = [newPasskey(row.id), newPasskey(row.id)];
const work = [newWork(row), newWork(row, { kind: 'erase' })];
const device: VersionedDevice = { row, certificates, passkeys, work };
const version = deviceVersion(device);

const LATER = new Date(Date.UTC(2030, 0, 1));
const CHANGES: readonly Partial<Device>[] = [
  { id: newDevice('owner').id },
  { ownerId: 'someone else' },
  { model: 'piv' },
  { modelName: 'Another name' },
  { serial: '60000002' },
  { serial: null },
  { identity: 'vendor:serial:60000002' },
  { identity: null },
  { guid: newDevice('owner').guid },
  { proof: 'attested' },
  { state: 'active' },
  { stateBeforeSuspension: 'active' },
  { stateReason: 'APPROVAL_NEEDED' },
  { hasInitialPin: false },
  { pukApprovedAt: LATER },
  { updatedAt: LATER },
];

describe('the version of a device', () => {
  it('is opaque, and the same for the same device', () => {
    expect(version).toMatch(/^[\w-]{43}$/);
    expect(
      deviceVersion({ row: { ...row }, certificates: [...certificates], passkeys: [...passkeys], work: [...work] }),
    ).toBe(version);
  });

  it.each(CHANGES)('changes with %j', (about) => {
    expect(deviceVersion({ ...device, row: { ...row, ...about } })).not.toBe(version);
  });

  it('does not depend on the order of certificates, passkeys and work in a store', () => {
    const reversed = {
      row,
      certificates: certificates.toReversed(),
      passkeys: passkeys.toReversed(),
      work: work.toReversed(),
    };
    expect(deviceVersion(reversed)).toBe(version);
  });

  it.each<Partial<Certificate>>([{ slot: '9C' }, { serialNumber: '1' }, { keyHash: 'another' }, { keyHash: null }])(
    'changes when a certificate has %j',
    (about) => {
      const [first, ...others] = certificates;
      const changed = first ? [{ ...first, ...about }, ...others] : [];
      expect(deviceVersion({ ...device, certificates: changed })).not.toBe(version);
    },
  );

  it.each([
    ['with a certificate more', { certificates: [...certificates, newCertificate(row.id, { slot: '9C' })] }],
    ['with a certificate less', { certificates: certificates.slice(1) }],
    ['without certificates', { certificates: [] }],
    ['with a passkey more', { passkeys: [...passkeys, newPasskey(row.id)] }],
    ['with another passkey', { passkeys: [...passkeys.slice(1), newPasskey(row.id)] }],
    [
      'with the same credential at another service',
      { passkeys: passkeys.map((one) => ({ ...one, service: 'other' })) },
    ],
    ['without passkeys', { passkeys: [] }],
    ['with work that was taken back', { work: work.slice(1) }],
  ])('changes %s', (_what, belongings) => {
    expect(deviceVersion({ ...device, ...belongings })).not.toBe(version);
  });

  it('cannot be imitated by texts that run into each other', () => {
    const of = (modelName: string, serial: string) => deviceVersion({ ...device, row: { ...row, modelName, serial } });
    expect(of('a', 'b","c')).not.toBe(of('a","b', 'c'));
    expect(of('null', '1')).not.toBe(deviceVersion({ ...device, row: { ...row, modelName: 'null', serial: null } }));
  });
});
