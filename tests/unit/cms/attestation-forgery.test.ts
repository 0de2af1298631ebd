import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { checkAttestation, type AttestationVerdict } from '@cardwright/cms/attestation';
import { CardKey } from '@cardwright/cms/keys';
import { attestationExtensions, certify, newKeys } from '../../integration/portal/support/attestation-authority.js';
import { SERIAL, attestSlot, der, pem, setScene, type SceneChanges } from './attestation-scene.js';
import { NAME_CONSTRAINTS, ofVersion2 } from './odd-certificates.js';

const { cRLSign: crlSign } = x509.KeyUsageFlags;
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

type Reason = Extract<AttestationVerdict, { kind: 'not-proved' }>['reason'];

describe('an attestation that proves nothing', () => {
  it.each<[string, Reason, SceneChanges]>([
    // Signed by someone else.
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

    // Signed at another time.
    ['whose leaf has expired', 'attestation-root-unknown', { leaf: EXPIRED }],
    ['whose F9 certificate has expired', 'attestation-root-unknown', { f9: EXPIRED }],
    ['whose intermediate has expired', 'attestation-root-unknown', { middle: [{}, EXPIRED] }],
    ['whose root has expired', 'attestation-root-unknown', { root: EXPIRED }],
    ['whose leaf is not valid yet', 'attestation-root-unknown', { leaf: NOT_YET_VALID }],
    ['whose F9 certificate is not valid yet', 'attestation-root-unknown', { f9: NOT_YET_VALID }],
    ['whose intermediate is not valid yet', 'attestation-root-unknown', { middle: [NOT_YET_VALID] }],
    ['whose root is not valid yet', 'attestation-root-unknown', { root: NOT_YET_VALID }],

    // Signed by a certificate that must not sign.
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

    [
      'whose root restricts the names below it, in an extension that is not critical',
      'attestation-root-unknown',
      { root: { extensions: [NAME_CONSTRAINTS] } },
    ],
    [
      'whose intermediate restricts the names below it',
      'attestation-root-unknown',
      { middle: [{ extensions: [NAME_CONSTRAINTS] }] },
    ],
    [
      'whose F9 certificate restricts the names below it',
      'attestation-root-unknown',
      { f9: { extensions: [NAME_CONSTRAINTS] } },
    ],

    // Signed with a weak algorithm.
    ['signed with SHA-1', 'attestation-unsigned', { leaf: { hash: 'SHA-1' } }],
    ['whose F9 certificate is signed with SHA-1', 'attestation-root-unknown', { f9: { hash: 'SHA-1' } }],
    ['whose intermediate is signed with SHA-1', 'attestation-root-unknown', { middle: [{ hash: 'SHA-1' }] }],

    // Wrong content.
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
    [
      'of version 2, which has no extensions',
      'attestation-unreadable',
      {
        present: ({ leaf, f9 }) => ({
          certificate: ofVersion2(leaf, f9),
          intermediate: der(f9),
        }),
      },
    ],
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
    const order = { ...scene.order, key: keyOf(scene.attestation.certificate) ?? scene.order.key };
    expect(await checkAttestation(scene.attestation, order, scene.trust)).toEqual({ kind: 'not-proved', reason });
  });

  it('may be missing', async () => {
    const { order, trust } = await setScene();
    expect(await checkAttestation(null, order, trust)).toEqual({ kind: 'not-proved', reason: 'attestation-missing' });
  });

  it('may come from authorities with weak keys', async () => {
    const weak = await newKeys(1024);
    expect(await check({ root: { keys: weak } })).toEqual({ kind: 'not-proved', reason: 'attestation-root-unknown' });
    expect(await check({ f9: { keys: weak } })).toEqual({ kind: 'not-proved', reason: 'attestation-unsigned' });
  });

  it('may have expired itself, or begin later, in a chain that is valid', async () => {
    const unknown = { kind: 'not-proved', reason: 'attestation-root-unknown' };
    expect(await check({ leaf: { from: -2, until: -1 } })).toEqual(unknown);
    expect(await check({ leaf: { from: 1, until: 2 } })).toEqual(unknown);
  });

  it('may have been genuine until its chain expired', async () => {
    const { attestation, order, trust } = await setScene();
    const later = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000);
    expect(await checkAttestation(attestation, order, trust, later)).toMatchObject({ kind: 'not-proved' });
  });
});

/** Returns the key of a certificate if readable, so that a row tests only the content, not another key. */
function keyOf(certificate: Uint8Array): CardKey | undefined {
  try {
    return CardKey.read(new Uint8Array(new x509.X509Certificate(new Uint8Array(certificate)).publicKey.rawData));
  } catch {
    return undefined;
  }
}

/** Creates two authorities that certify each other. */
async function makeLoop() {
  const [a, b] = await Promise.all([newKeys(), newKeys()]);
  const first = await certify({ subject: 'Loop A', keys: a });
  const second = await certify({ subject: 'Loop B', keys: b, issuer: first });
  return { a: await certify({ subject: 'Loop A', keys: a, issuer: second }), b: second };
}
let made: ReturnType<typeof makeLoop> | undefined;
const loop = (): ReturnType<typeof makeLoop> => (made ??= makeLoop());
