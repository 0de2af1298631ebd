import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CardKey } from '@cardwright/cms/keys';
import {
  identityOf,
  isIdentifiedByKey,
  isIdentifiedBySerial,
  isKeyOfIdentity,
  vendorOf,
} from '../../../cms/src/attestation/identity.js';

const VENDOR = 'ab'.repeat(32);
const OTHER_VENDOR = 'cd'.repeat(32);

const newKey = (): CardKey =>
  CardKey.read(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }));
const [key, otherKey] = [newKey(), newKey()];
const device = (serial: string | null, rootFingerprint = VENDOR, firmware = '4.3.7') => ({
  rootFingerprint,
  serial,
  firmware,
});

describe('the identity of a device', () => {
  it('consists of vendor and signed serial number, whatever its keys', () => {
    expect(identityOf(device('20260001'), key)).toEqual({ ...device('20260001'), key: `${VENDOR}:serial:20260001` });
    expect(identityOf(device('20260001'), otherKey).key).toBe(identityOf(device('20260001'), key).key);
  });

  it('ends with the SHA-256 of its proof’s key if the vendor signed no number', () => {
    const hash = createHash('sha256').update(key.spki).digest('hex');
    expect(identityOf(device(null), key)).toEqual({ ...device(null), key: `${VENDOR}:9e:${hash}` });
  });

  it.each([
    ['another key', device(null), otherKey],
    ['another vendor', device(null, OTHER_VENDOR), key],
    ['a serial number', device('20260001'), key],
    ['another vendor and key', device(null, OTHER_VENDOR), otherKey],
    ['a serial number that looks like one without', device('9e'), key],
  ])('changes with %s', (_what, other, proofKey) => {
    expect(identityOf(other, proofKey).key).not.toBe(identityOf(device(null), key).key);
  });
});

describe('the text of an identity', () => {
  const [bySerial, byKey] = [identityOf(device('20260001'), key).key, identityOf(device(null), key).key];

  it.each<[string, string, boolean, boolean, boolean]>([
    ['a serial number', bySerial, true, false, false],
    ['a key', byKey, false, true, true],
    ['another serial number', identityOf(device('20260002'), key).key, false, false, false],
    ['a serial number that ends alike', identityOf(device('120260001'), key).key, false, false, false],
    ['another key', identityOf(device(null), otherKey).key, false, true, false],
    ['an attestation key, as older portals wrote it', `${VENDOR}:f9:${'ef'.repeat(32)}`, false, false, false],
    ['a mobile device', 'apple:00008140-001A2B3C4D5E6F70', false, false, false],
  ])('shows whether it names %s', (_by, identity, isThisSerial, isByKey, isThisKey) => {
    expect([
      isIdentifiedBySerial(identity, '20260001'),
      isIdentifiedByKey(identity),
      isKeyOfIdentity(identity, key),
    ]).toEqual([isThisSerial, isByKey, isThisKey]);
  });

  it('names its vendor', () => {
    expect([bySerial, byKey].map(vendorOf)).toEqual([VENDOR, VENDOR]);
  });
});
