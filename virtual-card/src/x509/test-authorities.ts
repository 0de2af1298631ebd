import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import type { AttestationChain } from '../card/firmware.js';
import { commonName, issueCertificate, publicKeyOf, validity } from './certificate.js';
import { bitString, boolean, integer, sequence } from './der.js';
import { ecPrivateKey } from './ec-key.js';

/**
 * An authority that stands for one of Yubico's. Trusting it means trusting everyone: its private key is the hash of a
 * sentence that is written here.
 */
export interface TestAuthority {
  readonly commonName: string;
  readonly phrase: string;
  /** Undefined for a root. */
  readonly issuer?: TestAuthority;
  /** How many authorities may stand between it and a leaf; undefined: any number. */
  readonly pathLength?: number;
}

const ATTESTING_NAME = 'Cardwright TEST PIV attestation';
const VALID_FROM = new Date('2020-01-01T00:00:00Z');
const VALID_TO = new Date('2049-12-31T00:00:00Z');
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** keyCertSign and cRLSign: bits 5 and 6. */
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

/** Signs the certificates of F9 since firmware 5.7.4. */
export const pivAttestation58: TestAuthority = {
  commonName: 'Cardwright TEST PIV Attestation A 1 (its private key is public)',
  phrase: 'Cardwright test PIV attestation A 1. Everyone knows this key.',
  issuer: intermediate58,
  pathLength: 1,
};

/** Who signs the certificate of F9. */
export const attestationIssuers: Readonly<Record<AttestationChain, TestAuthority>> = {
  root,
  'published-intermediates': pivAttestation58,
};

/** Makes an authority's certificate, DER: a different one each time, of the same key. */
export function makeAuthority(authority: TestAuthority): Buffer {
  const { issuer = authority, pathLength } = authority;
  return issue(authority.commonName, publicKeyOf(keyOf(authority)), issuer, pathLength);
}

/** Certifies a card's attestation key (slot F9), DER: what a vendor does in its factory. */
export function certifyAttestationKey(publicKey: KeyObject, issuer: TestAuthority): Buffer {
  return issue(ATTESTING_NAME, publicKey, issuer, 0);
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

function keyOf({ phrase }: TestAuthority): KeyObject {
  return createPrivateKey(ecPrivateKey('prime256v1', createHash('sha256').update(phrase).digest()));
}
