import { execFileSync } from 'node:child_process';
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  verify,
  type KeyObject,
} from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { algorithmOfPublicKey } from '../../../../native-host/src/applets/piv/public-key.js';
import { createCertificationRequest } from '../../../../native-host/src/x509/csr.js';

/** Milliseconds. */
/** A challenge in base64url, with characters that a PrintableString lacks. */
const CHALLENGE = 'abc_DEF-0123456789abcdef';
const OPENSSL_TIMEOUT = 120_000;

const pair = (algorithm: KeyAlgorithm) =>
  algorithm === 'RSA-2048' || algorithm === 'RSA-3072'
    ? generateKeyPairSync('rsa', { modulusLength: algorithm === 'RSA-2048' ? 2048 : 3072 })
    : generateKeyPairSync('ec', { namedCurve: algorithm });

/** Signs as a card does with the input of GENERAL AUTHENTICATE: a private-key operation and nothing more. */
function signLikeACard(key: KeyObject, input: Uint8Array): Uint8Array {
  if (key.asymmetricKeyType === 'rsa') return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, input);
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-csr-'));
  const file = path.join(folder, 'key.pem');
  writeFileSync(file, key.export({ type: 'sec1', format: 'pem' }));
  const signature = execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', file], { input, timeout: OPENSSL_TIMEOUT });
  rmSync(folder, { recursive: true });
  return signature;
}

describe('a certification request', () => {
  it.each<[KeyAlgorithm, RegExp]>([
    ['RSA-2048', /sha256WithRSAEncryption/],
    ['RSA-3072', /sha256WithRSAEncryption/],
    ['P-256', /ecdsa-with-SHA256/],
    ['P-384', /ecdsa-with-SHA384/],
  ])('can be verified by openssl for %s', async (algorithm, signatureName) => {
    const { privateKey, publicKey } = pair(algorithm);
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
    expect(algorithmOfPublicKey(spki)).toBe(algorithm);
    const request = await createCertificationRequest({
      commonName: 'Änne Example',
      challenge: CHALLENGE,
      publicKey: spki,
      algorithm,
      sign: (input) => Promise.resolve(signLikeACard(privateKey, input)),
      verify: () => true,
    });
    const shown = execFileSync('openssl', ['req', '-inform', 'DER', '-verify', '-noout', '-text', '-nameopt', 'utf8'], {
      input: request,
      encoding: 'utf8',
      timeout: OPENSSL_TIMEOUT,
    });
    expect(shown).toMatch(signatureName);
    expect(shown).toMatch(new RegExp(`challengePassword *:${CHALLENGE}`));
    expect(shown).toMatch(/CN ?= ?Änne Example/);
  });

  it('is refused when another key signed it', async () => {
    const { publicKey } = pair('P-256');
    const other = createPrivateKey(pair('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
    await expect(
      createCertificationRequest({
        commonName: 'x',
        challenge: CHALLENGE,
        publicKey: spki,
        algorithm: 'P-256',
        sign: (input) => Promise.resolve(signLikeACard(other, input)),
        verify: (message, signature) =>
          verify(
            'sha256',
            message,
            createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' }),
            signature,
          ),
      }),
    ).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });
});
