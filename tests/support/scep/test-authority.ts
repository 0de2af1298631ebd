import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { CertificateSlot, CertificationAuthority } from '@cardwright/cms/authority';
import { newAuthority, openDevelopmentCa } from '../../../portal/src/server/ca/development-ca.js';
import type { ScepAuthority } from '../../../portal/src/server/mobile/scep/scep-server.js';

/** The portal's development authority, and a registration authority that it has certified. */
export interface TestAuthority {
  readonly ca: CertificationAuthority;
  readonly scep: ScepAuthority;
  /** Issues a certificate for a public key, DER. */
  certify(publicKey: Uint8Array, slot?: CertificateSlot): Promise<Uint8Array>;
}

export const rsaKey = (modulusLength = 2048): KeyObject => generateKeyPairSync('rsa', { modulusLength }).privateKey;

/** @param name distinguishes authorities */
export async function openTestAuthority(name = 'Cardwright SCEP'): Promise<TestAuthority> {
  const ca = await openDevelopmentCa(await newAuthority(), () => 'http://localhost:8080/ca');
  const certify = (publicKey: Uint8Array, slot: CertificateSlot = 'phone-authentication') =>
    ca.issue({
      slot,
      publicKey,
      policies: [],
      days: 30,
      subscriber: {
        username: 'alice',
        displayName: slot === 'registration-authority' ? name : 'Alice Example',
        email: 'alice@example.com',
        upn: null,
        sid: null,
        guid: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0',
      },
    });
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = await certify(publicKey.export({ format: 'der', type: 'spki' }), 'registration-authority');
  return { ca, certify, scep: { authority: ca.certificate, registration: { certificate, key } } };
}
