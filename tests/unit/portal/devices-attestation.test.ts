import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeBytes } from '@cardwright/protocol';
import type { ReasonCode } from '../../../portal/src/server/reasons.js';
import { checkAttestation } from '../../../portal/src/server/devices/attestation.js';
import {
  attestKey,
  newAttestationAuthority,
  type AttestationAuthority,
  type AttestedFacts,
} from '../../integration/portal/support/attestation-authority.js';

const FACTS: AttestedFacts = { slot: '9A', serial: '20260001' };
let vendor: AttestationAuthority;
let key: webcrypto.CryptoKey;
let publicKey: Uint8Array;

const newKey = async () =>
  (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])).publicKey;

beforeAll(async () => {
  vendor = await newAttestationAuthority();
  key = await newKey();
  publicKey = new Uint8Array(await webcrypto.subtle.exportKey('spki', key));
});

/** Attests some facts, and checks them against the order. */
async function check(facts: Partial<AttestedFacts> = {}, { by = vendor, trusted = vendor, now = new Date() } = {}) {
  const { certificate, intermediate } = await attestKey(by, key, { ...FACTS, ...facts });
  const attestation = { certificate: decodeBytes(certificate), intermediate: decodeBytes(intermediate) };
  return checkAttestation(attestation, { slot: '9A', publicKey, serial: '20260001' }, [trusted.root], now);
}

const refused = (reason: ReasonCode) => ({
  code: 'ATTESTATION_REFUSED',
  data: { reason },
});

describe('an attestation', () => {
  it('holds when the vendor is trusted and everything is as ordered', async () => {
    expect(await check()).toBe('attested');
  });

  it('holds too where the firmware wraps its values once more', async () => {
    expect(await check({ isWrapped: true })).toBe('attested');
    await expect(check({ isWrapped: true, touchPolicy: 2 })).rejects.toMatchObject(refused('touch-policy-differs'));
    await expect(check({ isWrapped: true, firmware: [4, 3, 1] })).rejects.toMatchObject(refused('firmware-weak'));
  });

  it('proves nothing under a root that the policy does not name, or that only has its name', async () => {
    expect(await check({}, { trusted: await newAttestationAuthority('Another root') })).toBe('untrusted-root');
    expect(await check({}, { trusted: await newAttestationAuthority() })).toBe('untrusted-root');
  });

  it('proves nothing once its chain has expired', async () => {
    expect(await check({}, { now: new Date(Date.now() + 2 * 24 * 60 * 60 * 1000) })).toBe('untrusted-root');
  });

  it('is refused for another serial number, slot rule or touch rule', async () => {
    await expect(check({ serial: '20260002' })).rejects.toMatchObject(refused('attested-serial-differs'));
    await expect(check({ pinPolicy: 1 })).rejects.toMatchObject(refused('pin-policy-differs'));
    await expect(check({ touchPolicy: 2 })).rejects.toMatchObject(refused('touch-policy-differs'));
  });

  it.each([
    [[4, 1, 9], true],
    [[4, 2, 0], false],
    [[4, 3, 4], false],
    [[4, 3, 5], true],
    [[5, 7, 0], true],
    [[3, 9, 9], true],
  ] as const)('of firmware %j is %s for the weak keys of ROCA', async (firmware, isGood) => {
    const attempt = check({ firmware });
    if (isGood) expect(await attempt).toBe('attested');
    else await expect(attempt).rejects.toMatchObject(refused('firmware-weak'));
  });

  it('is refused for another key than the generated one', async () => {
    const { certificate, intermediate } = await attestKey(vendor, await newKey(), FACTS);
    const attestation = { certificate: decodeBytes(certificate), intermediate: decodeBytes(intermediate) };
    await expect(
      checkAttestation(attestation, { slot: '9A', publicKey, serial: null }, [vendor.root]),
    ).rejects.toMatchObject(refused('attested-key-differs'));
  });

  it('is refused when another attestation key signed it, or when it is no certificate', async () => {
    const { certificate } = await attestKey(await newAttestationAuthority(), key, FACTS);
    const { intermediate } = await attestKey(vendor, key, FACTS);
    const order = { slot: '9A', publicKey, serial: null } as const;
    await expect(
      checkAttestation({ certificate: decodeBytes(certificate), intermediate: decodeBytes(intermediate) }, order, [
        vendor.root,
      ]),
    ).rejects.toMatchObject(refused('attestation-unsigned'));
    await expect(
      checkAttestation({ certificate: new Uint8Array([1, 2]), intermediate: decodeBytes(intermediate) }, order, [
        vendor.root,
      ]),
    ).rejects.toMatchObject(refused('attestation-unreadable'));
  });
});
