import 'reflect-metadata';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { checkAttestation, type AttestationVerdict } from '@cardwright/cms/attestation';
import { CardKey } from '@cardwright/cms/keys';
import type { ReasonCode } from '@cardwright/cms/operations';
import { identityOf } from '../../../cms/src/attestation/identity.js';
import { certify, newKeys } from '../../integration/portal/support/attestation-authority.js';
import { der, pem, setScene, type SceneChanges } from './attestation-scene.js';

const RSA_BITS = 2048;
const { crlSign, keyCertSign } = { crlSign: x509.KeyUsageFlags.cRLSign, keyCertSign: x509.KeyUsageFlags.keyCertSign };
/** Firmware 5.7.4 and later: two levels that the card does not hold. */
const TWO_LEVELS = [{ pathLength: 2 }, { pathLength: 1 }];

async function check(changes: SceneChanges): Promise<AttestationVerdict> {
  const { attestation, order, trust } = await setScene(changes);
  return checkAttestation(attestation, order, trust);
}

describe('a genuine attestation', () => {
  it.each<[string, SceneChanges]>([
    ['of three levels', {}],
    ['of five levels, two of them not on the card', { middle: TWO_LEVELS }],
    ['of eight levels', { middle: [{}, {}, {}, {}, {}] }],
    [
      'whose intermediates are pinned in the reverse order',
      {
        middle: TWO_LEVELS,
        trust: ({ root, middle }) => ({ roots: [pem(root)], intermediates: middle.map(pem).reverse() }),
      },
    ],
    [
      'under the second of two pinned roots of one name',
      {
        trust: async ({ root }) => ({
          roots: [pem(await certify({ subject: 'Vendor root' })), pem(root)],
          intermediates: [],
        }),
      },
    ],
    [
      'beside a pool that nobody can read',
      { trust: ({ root }) => ({ roots: ['no PEM', pem(root)], intermediates: ['no PEM', ''] }) },
    ],
    ['whose firmware wraps its values once more', { facts: { isWrapped: true } }],
    ['whose firmware wraps the serial number too', { facts: { isWrapped: true, isSerialWrapped: true } }],
    ['without a serial number', { facts: { serial: null } }],
    ['of a device whose host claimed no serial number', { order: { serial: null } }],
    ['whose levels have key usages', { root: { usages: keyCertSign }, f9: { usages: keyCertSign | crlSign } }],
    ['signed with SHA-384', { root: { hash: 'SHA-384' }, f9: { hash: 'SHA-384' }, leaf: { hash: 'SHA-384' } }],
    ['of a YubiKey 4, whose F9 certificate has no basicConstraints', { f9: { isAuthority: null } }],
    [
      'of a YubiKey 4 under a root that allows no authority below it',
      { root: { pathLength: 0 }, f9: { isAuthority: null } },
    ],
    ['whose vendor names it otherwise', { leaf: { subject: 'PIV Attestation 9A' } }],
    ['whose vendor calls it by its slot alone', { leaf: { subject: '9a' } }],
    ['whose vendor names no slot', { leaf: { subject: 'Some key' } }],
    ['whose name ends like no slot', { leaf: { subject: 'Attested key 1f' } }],
    ['of firmware 4.3.5, the first that is not weak', { facts: { firmware: [4, 3, 5] } }],
    ['of firmware 4.1.9, before the weak ones', { facts: { firmware: [4, 1, 9] } }],
  ])('%s proves the key', async (_name, changes) => {
    expect(await check(changes)).toMatchObject({ kind: 'proved' });
  });

  it('proves RSA keys under RSA authorities', async () => {
    const [root, f9, leaf] = await Promise.all([newKeys(RSA_BITS), newKeys(RSA_BITS), newKeys(RSA_BITS)]);
    expect(await check({ root: { keys: root }, f9: { keys: f9 }, leaf: { keys: leaf } })).toMatchObject({
      kind: 'proved',
    });
  });
});

describe('a contradicting attestation', () => {
  const unknown = () => ({ roots: [], intermediates: [] });

  it.each<[string, ReasonCode, SceneChanges]>([
    ['another key', 'attested-key-differs', { order: { key: CardKey.read(spki('ec')) } }],
    ['a key of another type', 'attested-key-differs', { order: { key: CardKey.read(spki('rsa')) } }],
    ['another slot', 'attested-slot-differs', { facts: { named: '9C' } }],
    ['another slot, in the words of another vendor', 'attested-slot-differs', { leaf: { subject: 'Key in slot 9C' } }],
    ['a retired slot', 'attested-slot-differs', { facts: { named: '82' } }],
    ['another serial number', 'attested-serial-differs', { facts: { serial: '20260002' } }],
    [
      'another serial number, wrapped',
      'attested-serial-differs',
      { facts: { serial: '20260002', isSerialWrapped: true } },
    ],
    ['no PIN', 'pin-policy-differs', { facts: { pinPolicy: 1 } }],
    ['a fingerprint instead of the PIN', 'pin-policy-differs', { facts: { pinPolicy: 4 } }],
    ['a touch', 'touch-policy-differs', { facts: { touchPolicy: 2 } }],
    ['a touch, wrapped', 'touch-policy-differs', { facts: { touchPolicy: 3, isWrapped: true } }],
    ['firmware 4.2.0', 'firmware-weak', { facts: { firmware: [4, 2, 0] } }],
    ['firmware 4.3.4, wrapped', 'firmware-weak', { facts: { firmware: [4, 3, 4], isWrapped: true } }],
  ])('is refused whether its vendor is trusted or not (%s)', async (_name, reason, changes) => {
    const refused =
      reason === 'firmware-weak'
        ? { code: 'WEAK_KEY_GENERATION' }
        : { code: 'ATTESTATION_CONTRADICTS', data: { reason } };
    await expect(check(changes)).rejects.toMatchObject(refused);
    await expect(check({ ...changes, trust: unknown })).rejects.toMatchObject(refused);
    await expect(check({ ...changes, leaf: { ...changes.leaf, hash: 'SHA-1' } })).rejects.toMatchObject(refused);
  });

  it('is refused too without an F9 certificate', async () => {
    await expect(
      check({
        facts: { touchPolicy: 2 },
        present: ({ leaf }) => ({ certificate: der(leaf), intermediate: new Uint8Array() }),
      }),
    ).rejects.toMatchObject({ data: { reason: 'touch-policy-differs' } });
  });
});

describe('the identity of a device', () => {
  /** Identifies a device that proves itself with the attested key of the scene. */
  async function identify(changes: SceneChanges) {
    const { attestation, order, trust } = await setScene({ ...changes, facts: { ...changes.facts, slot: '9E' } });
    const verdict = await checkAttestation(attestation, { ...order, slot: '9E' }, trust);
    if (verdict.kind !== 'proved') throw new Error(verdict.reason);
    return { ...identityOf(verdict.device, order.key), publicKey: order.key.spki };
  }

  it('consists of root and serial number, whatever the host claimed', async () => {
    const identity = await identify({ order: { serial: null }, facts: { firmware: [5, 7, 2] } });
    expect(identity).toMatchObject({ serial: '20260001', firmware: '5.7.2' });
    expect(identity.key).toBe(`${identity.rootFingerprint}:serial:20260001`);
  });

  it.each([null, '0'])('is the key of its own proof, never F9, if the serial number is %s', async (serial) => {
    const [root, f9, leaf] = await Promise.all([newKeys(), newKeys(), newKeys()]);
    const batch: SceneChanges = { facts: { serial }, root: { keys: root }, f9: { keys: f9 } };
    const identity = await identify({ ...batch, leaf: { keys: leaf } });
    expect(identity.serial).toBeNull();
    const fingerprint = createHash('sha256').update(identity.publicKey).digest('hex');
    expect(identity.key).toBe(`${identity.rootFingerprint}:9e:${fingerprint}`);
    expect((await identify({ ...batch, leaf: { keys: leaf } })).key).toBe(identity.key);
    // Another card of the batch, or the same card with another key.
    expect((await identify(batch)).key).not.toBe(identity.key);
    const underAnotherF9: SceneChanges = { facts: { serial }, root: { keys: root }, leaf: { keys: leaf } };
    expect((await identify(underAnotherF9)).key).toBe(identity.key);
    expect((await identify({ facts: { serial }, leaf: { keys: leaf } })).key).not.toBe(identity.key);
  });

  it('stays the same under a reissued root with the same key', async () => {
    const keys = await newKeys();
    const before = await identify({ root: { keys, pathLength: 1 } });
    const after = await identify({ root: { keys, pathLength: 2, until: 5 } });
    expect(after.key).toBe(before.key);
    expect((await identify({})).key).not.toBe(before.key);
  });
});

/** Generates another key than the attested one. */
function spki(type: 'ec' | 'rsa'): Uint8Array {
  const { publicKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  return publicKey.export({ type: 'spki', format: 'der' });
}
