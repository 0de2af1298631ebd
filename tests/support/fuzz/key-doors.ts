import { createPublicKey, verify, webcrypto, type KeyObject } from 'node:crypto';
import { ParsedCertificate } from '@cardwright/cms/attestation';
import {
  CardKey,
  findAuthorityWeakness,
  isForeignJwk,
  readForeignCertificate,
  readPrivateKey,
} from '@cardwright/cms/keys';
import { verifyRegistration } from '@cardwright/cms/passkeys';
import { encode } from 'cborg';
import fc, { type Arbitrary } from 'fast-check';
import { readSignedRequest } from '../../../cms/src/authority/signed-request.js';
import { readGeneratedKey } from '../../../cms/src/card-secrets/generated-key.js';
import { certifiedKeyOf } from '../../../cms/src/devices/issued-certificate.js';
import { algorithmOfPublicKey } from '../../../native-host/src/applets/piv/public-key.js';
import { readCertificate as readFacts } from '../../../portal/src/server/commands/doctor/certificate-facts.js';
import { readSignedMessage } from '../../../portal/src/server/mobile/profiles/signed-message.js';
import { UnreadableAnswer } from '../../../portal/src/server/mobile/profiles/unreadable-answer.js';
import { judgeKey } from '../../../portal/src/server/mobile/enrolments/phone-key.js';
import { ACCEPTED } from '../../../portal/src/server/mobile/scep/algorithms.js';
import { readCertificationRequest } from '../../../portal/src/server/mobile/scep/certification-request.js';
import {
  readSignedMessage as readScepMessage,
  verifyMessage,
} from '../../../portal/src/server/mobile/scep/pki-message.js';
import { Refusal, UnreadableMessage } from '../../../portal/src/server/mobile/scep/refusal.js';
import { certificates, requests, signedMessages } from './certificates.js';
import { coseKeys, jwks, keys, privateKeys } from './keys.js';

/** A door through which foreign keys come, and what comes through it. */
export interface Door {
  readonly name: string;
  /** A case, and its bytes for a report. */
  readonly cases: Arbitrary<DoorCase>;
}

/** One case: how it is tried, and what it is made of. */
export interface DoorCase {
  readonly material: string;
  /** Resolves to true if the door took the key, and to false if it refused it as it should. Any other error is a failure. */
  readonly enter: () => Promise<boolean> | boolean;
}

/** Asks a key for all that the product asks keys for. */
function use(key: KeyObject): true {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined && namedCurve === undefined && !/^(?:ed|x)\d+$/.test(key.asymmetricKeyType ?? ''))
    throw new TypeError('a key without details');
  const der = key.export({ type: 'spki', format: 'der' });
  if (!createPublicKey({ key: der, format: 'der', type: 'spki' }).equals(key)) throw new TypeError('another key');
  findAuthorityWeakness(key);
  verifies(key);
  return true;
}

/** OpenSSL throws for keys that cannot sign, and for tiny ones. Its answer does not matter here; that it answers does. */
function verifies(key: KeyObject): boolean {
  try {
    return verify('sha256', Buffer.of(1), key, Buffer.alloc(64));
  } catch {
    return false;
  }
}

/** Takes what `read` returns. Returns false for the errors that the door is meant to throw. */
async function refusing(read: () => unknown, isMeant: (error: unknown) => boolean): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (isMeant(error)) return false;
    throw error;
  }
}

const isCoded = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;
const isAnyError = (error: unknown): boolean => error instanceof Error && !(error instanceof RangeError);
const isOfScep = (error: unknown): boolean => error instanceof Refusal || error instanceof UnreadableMessage;

const door = (
  name: string,
  material: Arbitrary<Uint8Array>,
  enter: (bytes: Uint8Array) => Promise<boolean> | boolean,
): Door => ({
  name,
  cases: material.map((bytes) => ({ material: Buffer.from(bytes).toString('hex'), enter: () => enter(bytes) })),
});

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

const ORIGIN = 'https://cms.example';
const AUTHENTICATOR_DATA = Buffer.concat([Buffer.alloc(32), Buffer.of(0x45), Buffer.alloc(4 + 16), Buffer.of(0, 1, 7)]);

/** A registration (WebAuthn, 6.5) with a key and a certificate. */
const registrations: Arbitrary<DoorCase> = fc.tuple(coseKeys, fc.option(certificates)).map(([key, certificate]) => {
  const statement = certificate ? { alg: -7, sig: Buffer.alloc(64), x5c: [certificate] } : {};
  const object = encode({
    fmt: certificate ? 'packed' : 'none',
    attStmt: statement,
    authData: Buffer.concat([AUTHENTICATOR_DATA, encode(key)]),
  });
  const clientData = JSON.stringify({ type: 'webauthn.create', challenge: 'AAAA', origin: ORIGIN });
  return {
    material: Buffer.from(object).toString('hex'),
    enter: () =>
      refusing(
        () =>
          verifyRegistration(
            {
              origin: ORIGIN,
              options: {
                rp: { id: 'cms.example', name: 'CMS' },
                challenge: 'AAAA',
                pubKeyCredParams: [-7, -8, -35, -36, -257].map((alg) => ({ type: 'public-key' as const, alg })),
              },
            },
            {
              id: 'Bw',
              rawId: 'Bw',
              clientExtensionResults: {},
              type: 'public-key',
              response: {
                clientDataJSON: Buffer.from(clientData).toString('base64url'),
                attestationObject: Buffer.from(object).toString('base64url'),
              },
            },
          ),
        isCoded('PASSKEY_REFUSED'),
      ),
  };
});

const IMPORTS = [
  { name: 'ECDSA', namedCurve: 'P-256' },
  { name: 'ECDSA', namedCurve: 'P-384' },
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  { name: 'Ed25519' },
];

const publishedKeys: Arbitrary<DoorCase> = jwks.map((jwk) => ({
  material: JSON.stringify(jwk),
  enter: async () => {
    if (!isForeignJwk(jwk)) return false;
    for (const algorithm of IMPORTS)
      await refusing(() => webcrypto.subtle.importKey('jwk', { ...jwk }, algorithm, true, ['verify']), isAnyError);
    return refusing(() => use(createPublicKey({ key: { ...jwk }, format: 'jwk' })), isAnyError);
  },
}));

/** All doors. Each is the product's own code, from the bytes of the sender to the verdict. */
export const DOORS: readonly Door[] = [
  door('card key', keys, (bytes) =>
    refusing(() => {
      const key = CardKey.read(bytes);
      use(key.key);
      return [key.weakness, key.hash];
    }, isAnyError),
  ),
  door('generated key', keys, (bytes) =>
    refusing(
      () => readGeneratedKey(Buffer.from(bytes).toString('base64url')).requireSound(),
      isCoded('OPERATION_FAILED'),
    ),
  ),
  door("phone's key", keys, (bytes) => 'key' in judgeKey(bytes, 2048)),
  door('key in the host', keys, (bytes) => refusing(() => algorithmOfPublicKey(bytes), isAnyError)),
  door('private key in a file', privateKeys, (bytes) =>
    refusing(() => readPrivateKey(pem('PRIVATE KEY', bytes)).asymmetricKeyDetails, isAnyError),
  ),
  door('certificate', certificates, (bytes) =>
    refusing(() => {
      const certificate = readForeignCertificate(bytes);
      return [
        use(certificate.publicKey),
        certificate.verify(certificate.publicKey),
        certificate.checkIssued(certificate),
      ];
    }, isAnyError),
  ),
  door('PEM certificate', certificates, (bytes) => readFacts(pem('CERTIFICATE', bytes)) !== undefined),
  door('attestation', certificates, (bytes) => {
    const certificate = ParsedCertificate.parse(bytes);
    return certificate !== undefined && (certificate.isSignedBy(certificate) || certificate.keyFingerprint !== '');
  }),
  door('certificate on a card', certificates, (bytes) => certifiedKeyOf(bytes) !== undefined),
  door('request', requests, (bytes) =>
    refusing(() => readSignedRequest(bytes, 'challenge'), isCoded('OPERATION_FAILED')),
  ),
  door('request of SCEP', requests, (bytes) => refusing(() => readCertificationRequest(bytes, ACCEPTED), isOfScep)),
  door('message of SCEP', signedMessages, (bytes) =>
    refusing(() => verifyMessage(readScepMessage(bytes), ACCEPTED.digests), isOfScep),
  ),
  door("phone's answer", signedMessages, (bytes) =>
    refusing(
      () => readSignedMessage(bytes),
      (error) => error instanceof UnreadableAnswer,
    ),
  ),
  { name: 'passkey', cases: registrations },
  { name: 'published key', cases: publishedKeys },
];
