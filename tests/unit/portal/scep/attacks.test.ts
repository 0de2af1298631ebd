import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LARGEST_MESSAGE, type ScepQuery } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import { certificatesIn, isFor } from '../../../support/scep/judgement.js';
import { ScepEnrolment, toldBy, type Told } from '../../../support/scep/scep-enrolment.js';
import {
  attribute,
  certificationRequest,
  envelope,
  issuerAndSerialNumber,
  OID,
  selfSigned,
  seq,
  spkiOf,
  text,
  type MessageParts,
} from '../../../support/scep/scripted-client.js';
import { openTestAuthority, rsaKey, type TestAuthority } from '../../../support/scep/test-authority.js';

let authority: TestAuthority;
let stranger: TestAuthority;
let key: KeyObject;
let otherKey: KeyObject;
let weakKey: KeyObject;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([openTestAuthority(), openTestAuthority()]);
  key = rsaKey();
  otherKey = rsaKey();
  weakKey = rsaKey(1024);
});

const DAY = 24 * 60 * 60 * 1000;
const enrolment = (options?: ConstructorParameters<typeof ScepEnrolment>[2]) =>
  new ScepEnrolment(authority, key, options);
type Attack = (at: ScepEnrolment) => Partial<MessageParts> | Promise<Partial<MessageParts>>;

/** Each changes one part of a request that would be granted. */
const WRONG_REQUESTS: readonly (readonly [name: string, told: Told, attack: Attack])[] = [
  // Another client's request: a spy on an envelope must neither get a certificate for it nor use up its challenge.
  ["another's envelope", 'badRequest', () => ({ key: otherKey, certificate: selfSigned(otherKey) })],
  [
    "another's certificate",
    'badMessageCheck',
    () => ({ key: otherKey, certificate: selfSigned(key, { publicKey: spkiOf(key) }) }),
  ],
  [
    'a certificate for the key of the request that someone else signed',
    'badMessageCheck',
    () => ({ certificate: selfSigned(otherKey, { publicKey: spkiOf(key) }) }),
  ],
  [
    'a certificate with another issuer',
    'badMessageCheck',
    () => ({ certificate: selfSigned(key, { issuer: 'Other' }) }),
  ],
  [
    'a certificate of the authority',
    'badMessageCheck',
    async () => ({ certificate: await authority.certify(spkiOf(key)) }),
  ],
  [
    "a request for another's key",
    'badMessageCheck',
    (at) => sealed(at, certificationRequest(key, { publicKey: spkiOf(otherKey), challenges: [at.challenge] })),
  ],

  // Weak or unknown algorithms.
  ...(['md5', 'sha1'] as const).map(
    (digest) => [`a message with ${digest}`, 'badAlg', () => ({ digest })] satisfies (typeof WRONG_REQUESTS)[number],
  ),
  ...(['md5', 'sha1'] as const).map(
    (digest) =>
      [
        `a request with ${digest}`,
        'badAlg',
        (at: ScepEnrolment) => sealed(at, certificationRequest(key, { digest, challenges: [at.challenge] })),
      ] satisfies (typeof WRONG_REQUESTS)[number],
  ),
  ['a certificate with md5', 'badAlg', () => ({ certificate: selfSigned(key, { digest: 'md5' }) })],
  ...(['des-cbc', 'des-ede3-cbc'] as const).map(
    (cipher) =>
      [
        `an envelope with ${cipher}`,
        'badAlg',
        (at: ScepEnrolment) => ({ content: at.sealed(certificationRequest(key), { cipher }) }),
      ] satisfies (typeof WRONG_REQUESTS)[number],
  ),
  ['a key with 1024 bits', 'badAlg', (at) => ofKey(at, weakKey)],
  ['a key with a small exponent', 'badAlg', (at) => ofKey(at, smallExponent())],
  ['an EC key', 'badAlg', (at) => ofKey(at, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],

  // The challenge.
  ['no challenge', 'badRequest', (at) => sealed(at, certificationRequest(key))],
  ['two challenges', 'badRequest', (at) => sealed(at, certificationRequest(key, { challenges: [at.challenge, 'b'] }))],
  ['a wrong challenge', 'badRequest', (at) => sealed(at, certificationRequest(key, { challenges: ['wrong'] }))],
  [
    'a challenge of 256 characters',
    'badRequest',
    (at) => sealed(at, certificationRequest(key, { challenges: ['x'.repeat(256)] })),
  ],

  // Attributes.
  ['a message of yesterday', 'badTime', () => ({ signingTime: new Date(Date.now() - DAY) })],
  ['a message of tomorrow', 'badTime', () => ({ signingTime: new Date(Date.now() + DAY) })],
  ['no nonce', 'badRequest', () => ({ senderNonce: new Uint8Array() })],
  ['a nonce of 65 bytes', 'badRequest', () => ({ senderNonce: randomBytes(65) })],
  ...['18', '3', '', '019', '__proto__', 'constructor'].map(
    (messageType) =>
      [`the type "${messageType}"`, 'badRequest', () => ({ messageType })] satisfies (typeof WRONG_REQUESTS)[number],
  ),
  ['two types', 'badRequest', () => ({ furtherAttributes: [attribute(OID.messageType, text('20'))] })],
  ['two transactions', 400, () => ({ furtherAttributes: [attribute(OID.transactionId, text('another'))] })],
  ['no transaction', 400, () => ({ transactionId: '' })],
  ['a transaction of 129 characters', 400, () => ({ transactionId: 'x'.repeat(129) })],
  ['two signatures', 'badMessageCheck', () => ({ signatures: 2 })],
  ['no signature', 400, () => ({ signatures: 0 })],

  // Renewal.
  ['a renewal by nobody', 'badMessageCheck', (at) => renewal(at, selfSigned(key))],
  [
    'a renewal by a client of another authority',
    'badMessageCheck',
    async (at) => renewal(at, await stranger.certify(spkiOf(key))),
  ],
  [
    'a renewal by one that the registrar does not know',
    'badRequest',
    async (at) => renewal(at, await authority.certify(spkiOf(key))),
  ],
  [
    'a renewal with a weak key',
    'badAlg',
    async (at) => ({
      ...renewal(at, await authority.certify(spkiOf(key))),
      content: at.sealed(certificationRequest(weakKey)),
    }),
  ],
];

const sealed = (at: ScepEnrolment, request: Uint8Array): Partial<MessageParts> => ({ content: at.sealed(request) });
const renewal = (at: ScepEnrolment, certificate: Uint8Array): Partial<MessageParts> => ({
  messageType: '17',
  certificate,
  content: at.sealed(certificationRequest(otherKey)),
});
const ofKey = (at: ScepEnrolment, own: KeyObject): Partial<MessageParts> => ({
  key: own,
  certificate: selfSigned(own),
  content: at.sealed(certificationRequest(own, { challenges: [at.challenge] })),
});
const smallExponent = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey;

describe('a SCEP server', () => {
  it.each(WRONG_REQUESTS)('refuses %s: %s', async (_, told, attack) => {
    const at = enrolment();
    expect(await at.tell(at.request(await attack(at)))).toBe(told);
    expect(at.registrar.issued.size).toBe(0);
    // The owner of the challenge can still use it.
    expect(at.registrar.isChallengeUsed).toBe(false);
  });

  it('refuses a renewal by a certificate that has expired', async () => {
    const later = Date.now() + 40 * DAY;
    const at = enrolment({ now: () => later });
    const parts = renewal(at, await authority.certify(spkiOf(key)));
    expect(await at.tell(at.request({ ...parts, signingTime: new Date(later) }))).toBe('badRequest');
    expect(at.registrar.count('renew')).toBe(0);
  });

  it('refuses a message whose transaction was changed', async () => {
    const at = enrolment();
    const other = at.transactionId.replace(/^./, (digit) => (digit === 'a' ? 'b' : 'a'));
    const message = Buffer.from(at.request());
    message.write(other, message.indexOf(at.transactionId), 'latin1');
    expect(await at.tell(message)).toBe('badMessageCheck');
  });

  it('refuses a used challenge, in another transaction with the same nonce', async () => {
    const at = enrolment();
    const senderNonce = randomBytes(16);
    expect(await at.tell(at.request({ senderNonce }))).toBe('success');
    const again = { senderNonce, transactionId: 'another', ...ofKey(at, otherKey) };
    expect(await at.tell(at.request(again))).toBe('badRequest');
  });

  it.each<readonly [string, ScepQuery, 'GET' | 'POST', Uint8Array, number]>([
    ['no operation', {}, 'GET', new Uint8Array(), 400],
    ['an unknown operation', { operation: 'GetNextCACert' }, 'GET', new Uint8Array(), 400],
    ['no message', { operation: 'PKIOperation' }, 'GET', new Uint8Array(), 400],
    ['an empty message', { operation: 'PKIOperation' }, 'POST', new Uint8Array(), 400],
    ['a message that is not base64', { operation: 'PKIOperation', message: 'a*b' }, 'GET', new Uint8Array(), 400],
    ['a message that is too long', { operation: 'PKIOperation' }, 'POST', new Uint8Array(LARGEST_MESSAGE + 1), 413],
    ['one in the address', { operation: 'PKIOperation', message: 'A'.repeat(200_000) }, 'GET', new Uint8Array(), 413],
  ])('refuses %s with an empty answer', async (_, query, method, body, status) => {
    const at = enrolment();
    const answer = await at.server.answer(at.place, query, method, body);
    expect([answer.status, answer.body.length]).toEqual([status, 0]);
    expect(at.registrar.heard).toEqual([]);
  });
});

describe('a SCEP server under attack', () => {
  it('gives a sender who replays a whole request the answer for the first sender', async () => {
    const at = enrolment();
    const message = at.request();
    await at.post(message);
    const { body } = await at.post(message);
    const [certificate = new Uint8Array()] = certificatesIn(body, authority.scep, {
      key,
      certificate: selfSigned(key),
    });
    expect(isFor(certificate, key)).toBe(true);
    expect(at.registrar.issued.size).toBe(1);
  });

  it('reveals nothing about the decrypted content of an altered envelope', async () => {
    const at = enrolment();
    const request = certificationRequest(key, { challenges: [at.challenge] });
    const original = at.sealed(request);
    const flipped = (fromEnd: number): Uint8Array => {
      const copy = Buffer.from(original);
      copy[copy.length - fromEnd] = (copy[copy.length - fromEnd] ?? 0) ^ 1;
      return copy;
    };
    const wrongSignature = Buffer.from(request);
    wrongSignature[wrongSignature.length - 1] = (wrongSignature.at(-1) ?? 0) ^ 1;
    const unknownAlgorithm = Buffer.from(request);
    unknownAlgorithm[unknownAlgorithm.lastIndexOf(Buffer.from('2a864886f70d01010b', 'hex')) + 8] = 0x55;
    const wrongKey = Buffer.from(original);
    const inKey = wrongKey.indexOf(Buffer.from(`${OID.rsaEncryption}05000482`, 'hex')) + 40;
    wrongKey[inKey] = (wrongKey[inKey] ?? 0) ^ 0x55;
    const envelopes = {
      'wrong padding': flipped(17),
      'another last block': flipped(1),
      'a garbled request': flipped(300),
      'no request': at.sealed(seq(text('nothing'))),
      'nothing at all': at.sealed(new Uint8Array()),
      'a wrong signature': at.sealed(wrongSignature),
      'an unknown algorithm': at.sealed(unknownAlgorithm),
      'a wrong key': wrongKey,
      'for another authority': envelope(request, stranger.scep.registration.certificate),
      'no envelope': request,
    };
    const told = await Promise.all(
      Object.entries(envelopes).map(async ([name, content]) => [name, await at.tell(at.request({ content }))]),
    );
    expect(told).toEqual(Object.keys(envelopes).map((name) => [name, 'badMessageCheck']));
    const asCertId = await Promise.all(
      Object.values(envelopes).map((content) => at.tell(at.request({ messageType: '21', content }))),
    );
    expect(new Set(asCertId)).toEqual(new Set(['badCertId']));
  });

  it('reveals nothing about a certificate that does not exist, or is not for this client', async () => {
    const at = enrolment();
    const certificate = await authority.certify(spkiOf(otherKey));
    const ask = () =>
      at.tell(at.request({ messageType: '21', content: at.sealed(issuerAndSerialNumber(certificate)) }));
    const unknown = await ask();
    at.registrar.findCertificate = () => Promise.resolve(certificate);
    expect([unknown, await ask()]).toEqual(['badCertId', 'badCertId']);
    expect(toldBy(await at.post(at.request()))).toBe('success');
  });
});

it('accepts requests to a SCEP server that are odd but harmless', async () => {
  const withSha1 = { certificate: selfSigned(key, { digest: 'sha1' }) };
  for (const parts of [withSha1, { signingTime: null }, { senderNonce: randomBytes(64) }]) {
    const at = enrolment();
    expect(await at.tell(at.request(parts))).toBe('success');
  }
});
