import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import type { AttestationChain } from '../card/firmware.js';
import { attestationName, commonName, issueCertificate, publicKeyOf, validity } from './certificate.js';
import { bitString, boolean, integer, octetString, sequence } from './der.js';
import { ecPrivateKey } from './ec-key.js';

/**
 * A test authority that stands in for a vendor's authority. Its private key is the SHA-256 hash of its `phrase`, which is public in this file, so
 * anyone can issue certificates in its name.
 */
export interface TestAuthority {
  readonly commonName: string;
  readonly phrase: string;
  /** The authority that certifies this authority. Undefined for a root. */
  readonly issuer?: TestAuthority;
  /** Largest number of authorities between this authority and a leaf certificate. Undefined for no limit. */
  readonly pathLength?: number;
}

const ATTESTING_NAME = 'Cardwright TEST PIV attestation';
const VALID_FROM = new Date('2020-01-01T00:00:00Z');
const VALID_TO = new Date('2049-12-31T00:00:00Z');
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** Object identifiers of the extensions id-fido-gen-ce-aaguid and id-fido-gen-ce-sernum. */
const FIDO_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const FIDO_SERIAL = '1.3.6.1.4.1.45724.1.1.2';
/** The key usages keyCertSign and cRLSign, bits 5 and 6 (RFC 5280, 4.2.1.3). */
const SIGNS_CERTIFICATES = bitString(Buffer.of(0b0000_0110), 1);

/** The root of firmware before 5.7.4, which signs the certificates of F9 itself. */
export const root: TestAuthority = {
  commonName: 'Cardwright TEST attestation root (its private key is public)',
  phrase: 'Cardwright test attestation root. Everybody knows this key.',
};

/** The root of firmware 5.7.4 and later. */
export const root58: TestAuthority = {
  commonName: 'Cardwright TEST Attestation Root 1 (its private key is public)',
  phrase: 'Cardwright test attestation root 1. Everyone knows this key.',
};

export const intermediate58: TestAuthority = {
  commonName: 'Cardwright TEST Attestation Intermediate A 1 (its private key is public)',
  phrase: 'Cardwright test attestation intermediate A 1. Everyone knows this key.',
  issuer: root58,
  pathLength: 2,
};

/** The authority that signs the certificates of F9 since firmware 5.7.4. */
export const pivAttestation58: TestAuthority = {
  commonName: 'Cardwright TEST PIV Attestation A 1 (its private key is public)',
  phrase: 'Cardwright test PIV attestation A 1. Everyone knows this key.',
  issuer: intermediate58,
  pathLength: 1,
};

/** The root that signs the batch certificates of all virtual FIDO authenticators. */
export const fidoRoot: TestAuthority = {
  commonName: 'Cardwright TEST FIDO root (its private key is public)',
  phrase: 'Cardwright test FIDO root. Everyone knows this key.',
};

/** The issuer of F9's certificate, by attestation chain. */
const attestationIssuers: Readonly<Record<AttestationChain, TestAuthority>> = {
  root,
  'published-intermediates': pivAttestation58,
};

/** Returns the DER encoding of a new certificate for an authority. Every call makes a different certificate for the same key. */
export function makeAuthority(authority: TestAuthority): Buffer {
  const { issuer = authority, pathLength } = authority;
  return issue(authority.commonName, publicKeyOf(keyOf(authority)), issuer, pathLength);
}

/** The content of slot F9: the key that attests other keys, and its certificate. */
export interface AttestationKey {
  /** The DER encoding of the P-256 private key (PKCS #8). */
  readonly privateKey: Buffer;
  /** The DER encoding of the key's certificate. */
  readonly certificate: Buffer;
}

/**
 * Returns the attestation key of all virtual PIV cards with one firmware. Anyone can derive this key. In real YubiKeys, F9 is the key of a batch
 * too: published attestations by YubiKeys of different owners and serial numbers verify with the same key.
 *
 * @param version such as `4.3.7`
 */
export function pivBatch(version: string, chain: AttestationChain): AttestationKey {
  const key = keyOf({ phrase: `Cardwright test PIV batch ${version}. Everyone knows this key.` });
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'der' }),
    certificate: issue(ATTESTING_NAME, publicKeyOf(key), attestationIssuers[chain], 0),
  };
}

/** The key of a batch of authenticators, and the DER encoding of its certificate. */
export interface FidoBatch {
  readonly key: KeyObject;
  readonly certificate: Buffer;
}

/**
 * Returns the batch of all authenticators of one model (WebAuthn Level 3, 8.2.1). These authenticators share one key. Anyone can derive
 * this key.
 *
 * @param serial serial number that the certificate contains for enterprise attestation, so that the certificate identifies a single authenticator
 */
export function fidoBatch(aaguid: Buffer, serial?: number): FidoBatch {
  const key = keyOf({ phrase: `Cardwright test FIDO batch ${aaguid.toString('hex')}. Everyone knows this key.` });
  const certificate = issueCertificate(
    {
      issuer: commonName(fidoRoot.commonName),
      validity: validity(VALID_FROM, VALID_TO),
      subject: attestationName({
        country: 'SE',
        organization: 'Cardwright TEST',
        organizationalUnit: 'Authenticator Attestation',
        commonName: 'Cardwright TEST FIDO batch (its private key is public)',
      }),
      publicKey: publicKeyOf(key),
      extensions: [
        { oid: BASIC_CONSTRAINTS, critical: true, value: sequence() },
        { oid: FIDO_AAGUID, value: octetString(aaguid) },
        ...(serial === undefined
          ? []
          : [{ oid: FIDO_SERIAL, value: octetString(Buffer.from(String(serial), 'ascii')) }]),
      ],
    },
    keyOf(fidoRoot),
  );
  return { key, certificate };
}

function issue(subject: string, publicKey: KeyObject, issuer: TestAuthority, pathLength?: number): Buffer {
  const constraints = [boolean(true), ...(pathLength === undefined ? [] : [integer(Buffer.of(pathLength))])];
  return issueCertificate(
    {
      issuer: commonName(issuer.commonName),
      validity: validity(VALID_FROM, VALID_TO),
      subject: commonName(subject),
      publicKey,
      extensions: [
        { oid: BASIC_CONSTRAINTS, critical: true, value: sequence(...constraints) },
        { oid: KEY_USAGE, critical: true, value: SIGNS_CERTIFICATES },
      ],
    },
    keyOf(issuer),
  );
}

function keyOf({ phrase }: Pick<TestAuthority, 'phrase'>): KeyObject {
  return createPrivateKey(ecPrivateKey('prime256v1', createHash('sha256').update(phrase).digest()));
}
