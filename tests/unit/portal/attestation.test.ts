import 'reflect-metadata';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { checkAttestation, type AttestationVerdict } from '../../../portal/src/server/attestation/attestation.js';
import type { ReasonCode } from '../../../portal/src/server/reasons.js';
import { attestationExtensions, certify, newKeys } from '../../integration/portal/support/attestation-authority.js';
import { SERIAL, attestSlot, der, pem, setScene, type SceneChanges } from './attestation-scene.js';

const RSA_BITS = 2048;
const { crlSign, keyCertSign } = { crlSign: x509.KeyUsageFlags.cRLSign, keyCertSign: x509.KeyUsageFlags.keyCertSign };
const EXPIRED = { from: -3, until: -2 } as const;
const NOT_YET_VALID = { from: 2, until: 3 } as const;
/** Firmware 5.7.4 and later: two levels that the card does not hold. */
const TWO_LEVELS = [{ pathLength: 2 }, { pathLength: 1 }];
/** An extension besides those of an honest attestation. */
const besides = (extension: x509.Extension) => ({
  extensions: [...attestationExtensions({ slot: '9A', serial: SERIAL }), extension],
});

async function check(changes: SceneChanges): Promise<AttestationVerdict> {
  const { attestation, order, trust } = await setScene(changes);
  return checkAttestation(attestation, order, trust);
}

const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 1);
const extended = (bytes: Uint8Array): Uint8Array => new Uint8Array([...bytes, 0]);
const extension = (oid: string, value: readonly number[], isCritical = false): x509.Extension =>
  new x509.Extension(oid, isCritical, new Uint8Array(value));

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

type Reason = Extract<AttestationVerdict, { kind: 'not-proved' }>['reason'];

describe('an attestation that proves nothing', () => {
  it.each<[string, Reason, SceneChanges]>([
    // Who signed it.
    [
      'under a root that only has the name of the pinned one',
      'attestation-root-unknown',
      { trust: async () => ({ roots: [pem(await certify({ subject: 'Vendor root' }))], intermediates: [] }) },
    ],
    ['without any pinned root', 'attestation-root-unknown', { trust: () => ({ roots: [], intermediates: [] }) }],
    [
      'whose root is in the pool but not pinned',
      'attestation-root-unknown',
      { trust: ({ root }) => ({ roots: [], intermediates: [pem(root)] }) },
    ],
    [
      'whose intermediate is pinned as a root',
      'attestation-root-unknown',
      { middle: TWO_LEVELS, trust: ({ middle }) => ({ roots: middle.map(pem), intermediates: middle.map(pem) }) },
    ],
    [
      'whose F9 certificate is pinned itself',
      'attestation-root-unknown',
      { trust: ({ f9 }) => ({ roots: [pem(f9)], intermediates: [pem(f9)] }) },
    ],
    [
      'with a level missing',
      'attestation-root-unknown',
      {
        middle: TWO_LEVELS,
        trust: ({ root, middle }) => ({ roots: [pem(root)], intermediates: middle.slice(1).map(pem) }),
      },
    ],
    [
      'whose owner made the attestation key himself',
      'attestation-root-unknown',
      {
        present: async () => {
          const f9 = await certify({ subject: 'Attestation key' });
          return { certificate: der(await attestSlot(f9)), intermediate: der(f9) };
        },
      },
    ],
    [
      'whose F9 certificate is signed by itself and names the vendor',
      'attestation-root-unknown',
      {
        present: async ({ leaf }) => {
          const f9 = await certify({ subject: 'Attestation key', issuerName: 'Vendor root' });
          return { certificate: der(await attestSlot(f9, {}, { keys: leaf.keys })), intermediate: der(f9) };
        },
      },
    ],
    [
      'of a pinned root that attests itself',
      'attestation-root-unknown',
      {
        present: async ({ root, leaf }) => ({
          certificate: der(await attestSlot(root, {}, { keys: leaf.keys })),
          intermediate: der(root),
        }),
      },
    ],
    [
      'that another device signed, beside our F9 certificate',
      'attestation-unsigned',
      {
        present: async ({ root, f9, leaf }) => {
          const other = await certify({ subject: 'Attestation key', issuer: root, pathLength: 0 });
          return { certificate: der(await attestSlot(other, {}, { keys: leaf.keys })), intermediate: der(f9) };
        },
      },
    ],
    [
      'that names another issuer than its F9 certificate',
      'attestation-unsigned',
      { leaf: { issuerName: 'Another attestation key' } },
    ],
    [
      'with leaf and F9 certificate the wrong way round',
      'attestation-unreadable',
      { present: ({ f9, leaf }) => ({ certificate: der(f9), intermediate: der(leaf) }) },
    ],
    [
      'of a key that only another key of the card attests',
      'attestation-root-unknown',
      {
        f9: { pathLength: 1 },
        present: async ({ f9, leaf }) => {
          const between = await attestSlot(f9);
          return { certificate: der(await attestSlot(between, {}, { keys: leaf.keys })), intermediate: der(between) };
        },
        trust: ({ root, f9 }) => ({ roots: [pem(root)], intermediates: [pem(f9)] }),
      },
    ],
    [
      'by a slot key that a root certified directly',
      'attestation-root-unknown',
      {
        present: async ({ root, leaf }) => {
          const between = await attestSlot(root);
          return { certificate: der(await attestSlot(between, {}, { keys: leaf.keys })), intermediate: der(between) };
        },
      },
    ],
    [
      'whose pool is a loop',
      'attestation-root-unknown',
      {
        present: async ({ leaf }) => {
          const f9 = await certify({ subject: 'Attestation key', issuer: (await loop()).a });
          return { certificate: der(await attestSlot(f9, {}, { keys: leaf.keys })), intermediate: der(f9) };
        },
        trust: async ({ root }) => {
          const { a, b } = await loop();
          return { roots: [pem(root)], intermediates: [pem(a), pem(b)] };
        },
      },
    ],
    ['of nine levels', 'attestation-root-unknown', { middle: [{}, {}, {}, {}, {}, {}] }],

    // When.
    ['whose leaf has expired', 'attestation-root-unknown', { leaf: EXPIRED }],
    ['whose F9 certificate has expired', 'attestation-root-unknown', { f9: EXPIRED }],
    ['whose intermediate has expired', 'attestation-root-unknown', { middle: [{}, EXPIRED] }],
    ['whose root has expired', 'attestation-root-unknown', { root: EXPIRED }],
    ['whose leaf is not valid yet', 'attestation-root-unknown', { leaf: NOT_YET_VALID }],
    ['whose F9 certificate is not valid yet', 'attestation-root-unknown', { f9: NOT_YET_VALID }],
    ['whose intermediate is not valid yet', 'attestation-root-unknown', { middle: [NOT_YET_VALID] }],
    ['whose root is not valid yet', 'attestation-root-unknown', { root: NOT_YET_VALID }],

    // Who may sign.
    ['whose root is no authority', 'attestation-root-unknown', { root: { isAuthority: false } }],
    ['whose root says nothing of authority', 'attestation-root-unknown', { root: { isAuthority: null } }],
    ['whose intermediate is no authority', 'attestation-root-unknown', { middle: [{}, { isAuthority: false }] }],
    ['whose intermediate says nothing of authority', 'attestation-root-unknown', { middle: [{ isAuthority: null }] }],
    ['whose F9 certificate is no authority', 'attestation-root-unknown', { f9: { isAuthority: false } }],
    [
      'whose F9 certificate says nothing of authority, below an intermediate',
      'attestation-root-unknown',
      { middle: [{}], f9: { isAuthority: null } },
    ],
    ['whose root allows no level, but there is one', 'attestation-root-unknown', { root: { pathLength: 0 } }],
    [
      'whose intermediate allows no level, but there is one',
      'attestation-root-unknown',
      { middle: [{}, { pathLength: 0 }] },
    ],
    [
      'whose root allows one level, but there are two',
      'attestation-root-unknown',
      { root: { pathLength: 1 }, middle: [{}] },
    ],
    ['whose root must not sign certificates', 'attestation-root-unknown', { root: { usages: crlSign } }],
    ['whose intermediate must not sign certificates', 'attestation-root-unknown', { middle: [{ usages: crlSign }] }],
    ['whose F9 key must not sign certificates', 'attestation-root-unknown', { f9: { usages: crlSign } }],
    [
      'whose old F9 key must not sign certificates',
      'attestation-root-unknown',
      { f9: { isAuthority: null, usages: crlSign } },
    ],
    [
      'whose intermediate has a critical extension that nobody knows',
      'attestation-root-unknown',
      { middle: [{ extensions: [extension('1.2.3.4', [5, 0], true)] }] },
    ],

    // How.
    ['signed with SHA-1', 'attestation-unsigned', { leaf: { hash: 'SHA-1' } }],
    ['whose F9 certificate is signed with SHA-1', 'attestation-root-unknown', { f9: { hash: 'SHA-1' } }],
    ['whose intermediate is signed with SHA-1', 'attestation-root-unknown', { middle: [{ hash: 'SHA-1' }] }],

    // What it says.
    [
      'of garbage',
      'attestation-unreadable',
      { present: ({ f9 }) => ({ certificate: randomBytes(600), intermediate: der(f9) }) },
    ],
    [
      'of nothing',
      'attestation-unreadable',
      { present: ({ f9 }) => ({ certificate: new Uint8Array(), intermediate: der(f9) }) },
    ],
    [
      'without an F9 certificate',
      'attestation-unreadable',
      { present: ({ leaf }) => ({ certificate: der(leaf), intermediate: new Uint8Array() }) },
    ],
    [
      'that is cut off',
      'attestation-unreadable',
      { present: ({ leaf, f9 }) => ({ certificate: cut(der(leaf)), intermediate: der(f9) }) },
    ],
    [
      'whose F9 certificate is cut off',
      'attestation-unreadable',
      { present: ({ leaf, f9 }) => ({ certificate: der(leaf), intermediate: cut(der(f9)) }) },
    ],
    [
      'with bytes behind it',
      'attestation-unreadable',
      { present: ({ leaf, f9 }) => ({ certificate: extended(der(leaf)), intermediate: der(f9) }) },
    ],
    [
      'with bytes behind its F9 certificate',
      'attestation-unreadable',
      { present: ({ leaf, f9 }) => ({ certificate: der(leaf), intermediate: extended(der(f9)) }) },
    ],
    [
      'in PEM',
      'attestation-unreadable',
      { present: ({ leaf, f9 }) => ({ certificate: Buffer.from(pem(leaf)), intermediate: der(f9) }) },
    ],
    [
      'that hides a genuine one as PEM in an extension',
      'attestation-unreadable',
      {
        present: async ({ leaf: { keys }, f9 }) => {
          const genuine = await attestSlot(f9, { pinPolicy: 1 }, { keys });
          const hidden = extension('1.2.3.4', [...Buffer.from(`\n${pem(genuine)}\n`)]);
          const forged = await attestSlot(
            await certify({ subject: 'Attestation key' }),
            {},
            { keys, ...besides(hidden) },
          );
          return { certificate: der(forged), intermediate: der(f9) };
        },
      },
    ],
    ['that is huge', 'attestation-unreadable', { leaf: besides(extension('1.2.3.4', [...randomBytes(9000)])) }],
    ["without any of the vendor's extensions", 'attestation-unreadable', { leaf: { extensions: [] } }],
    ['with the firmware in four bytes', 'attestation-unreadable', { facts: { firmware: [5, 7, 0, 0] } }],
    ['without a slot in its name', 'attestation-unreadable', { leaf: { subject: 'Some key' } }],
    [
      'with an extension twice',
      'attestation-unreadable',
      { leaf: besides(extension('1.3.6.1.4.1.41482.3.8', [2, 1])) },
    ],
    [
      'with a critical extension that nobody knows',
      'attestation-unreadable',
      { leaf: besides(extension('1.2.3.4', [5, 0], true)) },
    ],
  ])('%s: %s', async (_name, reason, changes) => {
    const scene = await setScene(changes);
    const order = { ...scene.order, publicKey: keyOf(scene.attestation.certificate) ?? scene.order.publicKey };
    expect(await checkAttestation(scene.attestation, order, scene.trust)).toEqual({ kind: 'not-proved', reason });
  });

  it('is none', async () => {
    const { order, trust } = await setScene();
    expect(await checkAttestation(null, order, trust)).toEqual({ kind: 'not-proved', reason: 'attestation-missing' });
  });

  it('is under authorities with weak keys', async () => {
    const weak = await newKeys(1024);
    expect(await check({ root: { keys: weak } })).toEqual({ kind: 'not-proved', reason: 'attestation-root-unknown' });
    expect(await check({ f9: { keys: weak } })).toEqual({ kind: 'not-proved', reason: 'attestation-unsigned' });
  });

  it('is one that was genuine until its chain expired', async () => {
    const { attestation, order, trust } = await setScene();
    const later = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000);
    expect(await checkAttestation(attestation, order, trust, later)).toMatchObject({ kind: 'not-proved' });
  });
});

describe('an attestation that contradicts the order', () => {
  const unknown = () => ({ roots: [], intermediates: [] });

  it.each<[string, ReasonCode, SceneChanges]>([
    ['another key', 'attested-key-differs', { order: { publicKey: spki('ec') } }],
    ['a key of another type', 'attested-key-differs', { order: { publicKey: spki('rsa') } }],
    ['another slot', 'attested-slot-differs', { facts: { named: '9C' } }],
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
  ])('(%s) is refused, whether its vendor is trusted or not', async (_name, reason, changes) => {
    const refused = { code: 'ATTESTATION_REFUSED', data: { reason } };
    await expect(check(changes)).rejects.toMatchObject(refused);
    await expect(check({ ...changes, trust: unknown })).rejects.toMatchObject(refused);
    await expect(check({ ...changes, leaf: { ...changes.leaf, hash: 'SHA-1' } })).rejects.toMatchObject(refused);
  });

  it('is refused too where there is no F9 certificate', async () => {
    await expect(
      check({
        facts: { touchPolicy: 2 },
        present: ({ leaf }) => ({ certificate: der(leaf), intermediate: new Uint8Array() }),
      }),
    ).rejects.toMatchObject({ data: { reason: 'touch-policy-differs' } });
  });
});

describe('the identity of a device', () => {
  async function identify(changes: SceneChanges) {
    const verdict = await check(changes);
    if (verdict.kind !== 'proved') throw new Error(verdict.reason);
    return verdict.identity;
  }

  it('is its root and its serial number, whatever the host claimed', async () => {
    const identity = await identify({ order: { serial: null }, facts: { firmware: [5, 7, 2] } });
    expect(identity).toMatchObject({ serial: '20260001', firmware: '5.7.2' });
    expect(identity.key).toBe(`${identity.rootFingerprint}:serial:20260001`);
  });

  it.each([null, '0'])('is its attestation key where the serial number is %s', async (serial) => {
    const f9 = await newKeys();
    const identity = await identify({ facts: { serial }, f9: { keys: f9 } });
    expect(identity.serial).toBeNull();
    expect(identity.key).toBe(`${identity.rootFingerprint}:f9:${identity.attestationKey}`);
    expect((await identify({ facts: { serial }, f9: { keys: f9 } })).attestationKey).toBe(identity.attestationKey);
    expect((await identify({ facts: { serial } })).attestationKey).not.toBe(identity.attestationKey);
  });

  it('stays the same under a root that was issued again for its key', async () => {
    const keys = await newKeys();
    const before = await identify({ root: { keys, pathLength: 1 } });
    const after = await identify({ root: { keys, pathLength: 2, until: 5 } });
    expect(after.key).toBe(before.key);
    expect((await identify({})).key).not.toBe(before.key);
  });
});

/** The key of a certificate, where it can be read: so that the row is about what it says, not about another key. */
function keyOf(certificate: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(new x509.X509Certificate(new Uint8Array(certificate)).publicKey.rawData);
  } catch {
    return undefined;
  }
}

/** Another key than the attested one. */
function spki(type: 'ec' | 'rsa'): Uint8Array {
  const { publicKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** Two authorities that certify one another. */
async function makeLoop() {
  const [a, b] = await Promise.all([newKeys(), newKeys()]);
  const first = await certify({ subject: 'Loop A', keys: a });
  const second = await certify({ subject: 'Loop B', keys: b, issuer: first });
  return { a: await certify({ subject: 'Loop A', keys: a, issuer: second }), b: second };
}
let made: ReturnType<typeof makeLoop> | undefined;
const loop = (): ReturnType<typeof makeLoop> => (made ??= makeLoop());
