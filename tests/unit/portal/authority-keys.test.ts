import 'reflect-metadata';
import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { openAuthorityOf } from '../../../portal/src/server/ca/authority-module.js';
import { readMobileSettings } from '../../../portal/src/server/mobile/read-settings.js';
import { writtenMobileSettings } from '../../../portal/src/server/mobile/settings.js';
import { validate } from '@cardwright/protocol';
import { certify } from '../../integration/portal/support/attestation-authority.js';
import { factorsOf, primeOf, rsaKey } from '../../support/weak-keys.js';

/** Keys of the authority and of the registration authority pass the same check as every other key. */

const folder = mkdtempSync(join(tmpdir(), 'cardwright-authority-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const signer = await certify({ subject: 'Another authority' });
const DAY = 24 * 60 * 60 * 1000;

/** Makes a certificate for any key, without a signature of that key. */
async function certificateOf(spki: Uint8Array): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber: '01',
    subject: 'CN=Authority',
    issuer: 'CN=Authority',
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    publicKey: new x509.PublicKey(Uint8Array.from(spki)),
    signingKey: signer.keys.privateKey,
  });
}

/** Opens a module that makes an authority with this certificate. */
function open(certificate: string): Promise<unknown> {
  const path = join(folder, `authority-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(
    path,
    `export const openAuthority = () =>
       ({ issue() {}, signCrl() {}, certificate: new Uint8Array(Buffer.from('${certificate}', 'hex')) });`,
  );
  return openAuthorityOf(path, { location: () => '', openDevelopmentCa: () => Promise.reject(new Error('unused')) });
}
const openWith = async (spki: Uint8Array): Promise<unknown> =>
  open(Buffer.from((await certificateOf(spki)).rawData).toString('hex'));

/** The private key 1 of P-256, whose public key is the curve's base point (SEC 2, 2.4.2). */
function guessed(): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.of(1));
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  const d = Buffer.alloc(32, 0).fill(1, 31).toString('base64url');
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
}
const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
const [p, q] = factorsOf(2048);

describe('an authority of a module', () => {
  it.each<[what: string, weakness: string, spki: () => Uint8Array]>([
    ['the exponent 1', 'exponent', () => rsaKey(p * q, 1n)],
    ['the exponent 3', 'exponent', () => rsaKey(p * q, 3n)],
    ['a prime modulus', 'modulus-prime', () => rsaKey(primeOf(2048))],
    ['an even modulus', 'modulus-even', () => rsaKey((1n << 2047n) + 2n)],
    ['a modulus of 1024 bits', 'modulus-size', () => rsaKey(factorsOf(1024).reduce((a, b) => a * b))],
    ['the private key 1', 'guessed', () => spkiOf(guessed())],
  ])('is not opened with %s', async (_what, weakness, spki) => {
    await expect(openWith(spki())).rejects.toThrow(`whose key is weak (${weakness})`);
  });

  it.each<[what: string, pair: () => { publicKey: KeyObject }]>([
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
  ])('may have a key on %s', async (_what, pair) => {
    await expect(openWith(pair().publicKey.export({ type: 'spki', format: 'der' }))).resolves.toBeDefined();
  });

  it('is not opened without a valid certificate', async () => {
    await expect(open('3000')).rejects.toThrow('whose certificate cannot be read');
  });
});

describe('a registration authority, and a signer of profiles', () => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it.each(['registrationAuthority', 'signing'] as const)('is refused with a guessable key: %s', async (member) => {
    const key = guessed();
    const certificate = write(`${member}.pem`, (await certificateOf(spkiOf(key))).toString('pem'));
    const written = validate(writtenMobileSettings, {
      organization: 'Example',
      deviceAuthorities: [certificate],
      [member]: { certificate, key: write(`${member}.key`, key.export({ type: 'pkcs8', format: 'pem' }).toString()) },
    });
    expect(() => readMobileSettings(written)).toThrow(`${member}.key expected a key that is not weak (guessed)`);
  });
});
