import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { encodeBytes } from '@cardwright/protocol';
import { forgeAll, forgeOf, refusedWith, relayForged, type Forge } from '../../support/forging.js';
import { factorsOf, primeOf, rsaKey } from '../../support/weak-keys.js';
import { CmsUser } from '../support/cms-user.js';
import { TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';
import { newRequestInfo, requestOf } from './key-encoding.js';

/**
 * Attack: a user's own host presents RSA keys whose private half anyone can find, or signs with SHA-1. Plain cards prove nothing, so
 * without these checks only an operator's approval keeps such a key from a login certificate.
 */

const cms = await TestCms.open({ policy: { slots: { '9A': 'RSA-2048' }, unprovenKeys: 'supervised' } });
const alice = new CmsUser(cms, ALICE);

/** AlgorithmIdentifier of a signature with RSA (RFC 4055, 5; RFC 3279, 2.2.1). */
const ALGORITHM = {
  sha256: Buffer.from('300d06092a864886f70d01010b0500', 'hex'),
  sha1: Buffer.from('300d06092a864886f70d0101050500', 'hex'),
};
/** DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
const DIGEST_INFO = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha1: Buffer.from('3021300906052b0e03021a05000414', 'hex'),
};

/** An RSA key as integers. */
interface RawKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly privateExponent: bigint;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [square, rest] = [base, exponent]; rest > 0n; square = (square * square) % modulus, rest >>= 1n)
    if (rest & 1n) result = (result * square) % modulus;
  return result;
}

/** Computes the modular inverse by Euclid's algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

function keyOf(factors: readonly bigint[], exponent: bigint): RawKey {
  const modulus = factors.reduce((product, factor) => product * factor, 1n);
  const order = factors.reduce((product, factor) => product * (factor - 1n), 1n);
  return { modulus, exponent, privateExponent: exponent === 1n ? 1n : inverse(exponent, order) };
}

/** Draws factors for which the exponent 3 has an inverse. */
function factorsForThree(): [bigint, bigint] {
  for (;;) {
    const [p, q] = factorsOf(2048);
    if (p % 3n === 2n && q % 3n === 2n) return [p, q];
  }
}

/** Signs with RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.1) in plain arithmetic: OpenSSL would refuse some of these keys. */
function signRaw({ modulus, privateExponent }: RawKey, message: Uint8Array, hash: keyof typeof DIGEST_INFO): Buffer {
  const info = Buffer.concat([DIGEST_INFO[hash], createHash(hash).update(message).digest()]);
  const padded = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(253 - info.length, 0xff), Buffer.of(0), info]);
  const signature = power(BigInt(`0x${padded.toString('hex')}`), privateExponent, modulus);
  return Buffer.from(signature.toString(16).padStart(512, '0'), 'hex');
}

/** Makes a request as a card does, for a given key and signed by it. */
async function requestFor(key: RawKey, commonName: string, challenge: string, hash: keyof typeof DIGEST_INFO) {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const signed = await newRequestInfo(keys, rsaKey(key.modulus, key.exponent), commonName, challenge);
  return encodeBytes(requestOf(signed, ALGORITHM[hash], signRaw(key, signed, hash)));
}

const naming = (key: RawKey, hash: keyof typeof DIGEST_INFO = 'sha256'): Forge =>
  forgeAll(
    forgeOf('key.generate', (_asked, result) => ({
      ...result,
      publicKey: encodeBytes(rsaKey(key.modulus, key.exponent)),
    })),
    forgeOf('csr.create', async ({ commonName, challenge }) => ({
      request: await requestFor(key, commonName, challenge, hash),
    })),
  );

const WEAK = 'The key is weak: its private half could be found by others.';

describe('a host that presents an RSA key', () => {
  const newSound = (): RawKey => keyOf(factorsOf(2048), 65_537n);

  it('gets a certificate that waits for an operator if the key is sound', async () => {
    const answer = await relayForged(alice, await alice.openHost(cms.newCard('piv')), { forge: naming(newSound()) });
    expect(answer).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
  });

  it.each<[string, () => RawKey]>([
    ['whose exponent is 1: every message is its own signature', () => keyOf(factorsOf(2048), 1n)],
    ['whose exponent is 3', () => keyOf(factorsForThree(), 3n)],
    ['whose modulus is a prime: its order is known', () => keyOf([primeOf(2048)], 65_537n)],
    ['whose modulus has a factor below 752', () => keyOf([751n, primeOf(2038)], 65_537n)],
  ])('gets no certificate for one %s', async (_what, make) => {
    const card = cms.newCard('piv');
    const before = cms.devices.length;
    const answer = await relayForged(alice, await alice.openHost(card), { forge: naming(make()) });
    expect(answer).toMatchObject(refusedWith('OPERATION_FAILED', WEAK));
    expect(cms.devices.slice(before).flatMap(({ certificates }) => certificates)).toEqual([]);
  });

  it('gets no certificate for a request signed with SHA-1', async () => {
    const answer = await relayForged(alice, await alice.openHost(cms.newCard('piv')), {
      forge: naming(newSound(), 'sha1'),
    });
    expect(answer).toMatchObject(
      refusedWith(
        'OPERATION_FAILED',
        'The certification request is signed with a hash that is not of the SHA-2 family.',
      ),
    );
  });
});
