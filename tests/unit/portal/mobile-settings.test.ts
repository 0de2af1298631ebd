import { createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { certify, newKeys } from '../../integration/portal/support/attestation-authority.js';

const folder = mkdtempSync(join(tmpdir(), 'cardwright-mobile-settings-'));
const file = (name: string) => join(folder, name);
const write = (name: string, content: string | Buffer) => writeFileSync(file(name), content);
const MINUTE = 60_000;

beforeAll(async () => {
  const pem = async (key: webcrypto.CryptoKey) =>
    `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')}\n-----END PRIVATE KEY-----\n`;
  const root = await certify({ subject: 'Root' });
  const signer = await certify({ subject: 'Signer', issuer: root });
  const registration = await certify({ subject: 'Registration', issuer: root, keys: await newKeys(2048) });
  write('root.pem', root.certificate.toString('pem'));
  write('chain.pem', `${signer.certificate.toString('pem')}\n${root.certificate.toString('pem')}`);
  write('reversed.pem', `${root.certificate.toString('pem')}\n${signer.certificate.toString('pem')}`);
  write('root.key', await pem(root.keys.privateKey));
  write('signer.key', await pem(signer.keys.privateKey));
  write('registration.pem', registration.certificate.toString('pem'));
  write('registration.key', await pem(registration.keys.privateKey));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  write(
    'locked.key',
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'swordfish' }),
  );
  write('broken.pem', '-----BEGIN CERTIFICATE-----\nc3dvcmRmaXNo\n-----END CERTIFICATE-----\n');
  write('swordfish', 'swordfish');
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (change: object = {}) => ({
  organization: 'Example',
  deviceAuthorities: [file('root.pem')],
  ...change,
});
const read = (written: object, environment: NodeJS.ProcessEnv = {}) =>
  readConfiguration({ ...environment, CARDWRIGHT_MOBILE: JSON.stringify(written) }).mobile;

it('has no mobile devices by default', () => {
  expect(readConfiguration({}).mobile).toBeNull();
});

it('requires an organization and an authority of devices, and has a default for all else', () => {
  expect(read(settings())).toEqual({
    organization: 'Example',
    users: null,
    proof: 'none',
    slots: ['phone-authentication'],
    keySize: 2048,
    days: 365,
    deviceAuthorities: [expect.any(Uint8Array)],
    signing: null,
    registrationAuthority: null,
    linkLifetime: 15 * MINUTE,
    confirmationTime: 5 * MINUTE,
    silence: 5 * MINUTE,
  });
});

it('reads a file, and the certificates and keys that it names', () => {
  const written = settings({
    users: ['ada'],
    slots: { encryption: true, signature: true },
    deviceAuthorities: [file('root.pem'), file('chain.pem')],
    signing: { certificate: file('chain.pem'), key: file('signer.key') },
    registrationAuthority: { certificate: file('registration.pem'), key: file('registration.key') },
    confirmMinutes: 2,
  });
  write('mobile.json', JSON.stringify(written));
  const read = readConfiguration({ CARDWRIGHT_MOBILE: file('mobile.json') }).mobile;
  expect(read).toMatchObject({
    users: ['ada'],
    slots: ['phone-authentication', 'phone-signature', 'phone-encryption'],
    confirmationTime: 2 * MINUTE,
    registrationAuthority: { key: { asymmetricKeyType: 'rsa' } },
  });
  expect(read?.deviceAuthorities).toHaveLength(3);
  expect(read?.signing?.certificates).toHaveLength(2);
  expect(read?.signing && createPublicKey(read.signing.key).asymmetricKeyType).toBe('ec');
});

it('names its setting if its file is missing, or is not JSON', () => {
  const reading = (value: string) => () => readConfiguration({ CARDWRIGHT_MOBILE: value });
  expect(reading(file('missing.json'))).toThrow(/^CARDWRIGHT_MOBILE is not valid: /);
  expect(reading('{')).toThrow('CARDWRIGHT_MOBILE is not JSON');
  expect(reading(file('swordfish'))).toThrow('CARDWRIGHT_MOBILE is not JSON');
});

const signing = (certificate: string, key: string) => ({ signing: { certificate: file(certificate), key: file(key) } });
const registrationAuthority = (certificate: string, key: string) => ({
  registrationAuthority: { certificate: file(certificate), key: file(key) },
});

it.each([
  ['organization', { organization: ' ' }],
  ['organization', { organization: 'sword\nfish' }],
  ['users', { users: [] }],
  ['users', { users: 'swordfish' }],
  ['proof', { proof: 'swordfish' }],
  ['slots', { slots: ['phone-signature'] }],
  ['slots', { slots: { authentication: true } }],
  ['keySize', { keySize: 1024 }],
  ['days', { days: 0 }],
  ['days', { days: 1096 }],
  ['linkMinutes', { linkMinutes: 61 }],
  ['confirmMinutes', { confirmMinutes: 0 }],
  ['silenceMinutes', { silenceMinutes: '5' }],
  ['deviceAuthorities', { deviceAuthorities: [] }],
  ['deviceAuthorities', { deviceAuthorities: [file('missing')] }],
  ['deviceAuthorities', { deviceAuthorities: [file('swordfish')] }],
  ['deviceAuthorities', { deviceAuthorities: [file('broken.pem')] }],
  ['signing', { signing: { certificate: file('chain.pem') } }],
  ['signing.certificate', signing('swordfish', 'signer.key')],
  ['signing.certificate', signing('reversed.pem', 'root.key')],
  ['signing.key', signing('chain.pem', 'root.key')],
  ['signing.key', signing('chain.pem', 'swordfish')],
  ['signing.key', signing('chain.pem', 'locked.key')],
  ['registrationAuthority.key', registrationAuthority('chain.pem', 'signer.key')],
  ['registrationAuthority.key', registrationAuthority('registration.pem', 'signer.key')],
  ['', { token: 'swordfish' }],
])('names the member %s in %j, and shows no value', (member, change) => {
  const reading = () => read(settings(change));
  expect(reading).toThrow(new RegExp(`^CARDWRIGHT_MOBILE is not valid: ${member.replace('.', '\\.')}`));
  expect(reading).not.toThrow('swordfish');
});
