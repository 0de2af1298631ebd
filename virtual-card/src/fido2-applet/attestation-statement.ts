import { sign } from 'node:crypto';
import type { Card } from '../card/card.js';
import { CoseAlgorithm, type FidoProfile } from '../card/fido-profile.js';
import { type FidoBatch, fidoBatch } from '../x509/test-authorities.js';
import { cborMap } from './cbor.js';
import { type CredentialKey, signWith } from './credential-keys.js';

export interface Attestation {
  readonly format: 'packed' | 'none';
  readonly statement: unknown;
}

/** The batches made so far, by AAGUID and serial number. A batch is reused, so that the same certificate attests all its credentials. */
const batches = new Map<string, FidoBatch>();

/**
 * Attests a new credential in the format `packed` (WebAuthn Level 3, 8.2). Returns the format `none` if the profile does not attest.
 *
 * @param signed authenticator data followed by the hash of the client data
 * @param isEnterprise true to put this authenticator's serial number, if it has one, into the batch certificate
 */
export function attest(
  { state }: Card,
  profile: FidoProfile,
  { key, signed, isEnterprise }: { key: CredentialKey; signed: Buffer; isEnterprise: boolean },
): Attestation {
  if (profile.attestation === 'none') return { format: 'none', statement: cborMap([]) };
  if (profile.attestation === 'self') {
    return {
      format: 'packed',
      statement: cborMap([
        ['alg', key.algorithm],
        ['sig', signWith(key, signed)],
      ]),
    };
  }
  const batch = batchOf(profile.aaguid, isEnterprise ? state.serial : undefined);
  return {
    format: 'packed',
    statement: cborMap([
      ['alg', CoseAlgorithm.es256],
      ['sig', sign('sha256', signed, batch.key)],
      ['x5c', [batch.certificate]],
    ]),
  };
}

function batchOf(aaguid: Buffer, serial: number | undefined): FidoBatch {
  const name = `${aaguid.toString('hex')} ${serial ?? ''}`;
  const known = batches.get(name) ?? fidoBatch(aaguid, serial);
  batches.set(name, known);
  return known;
}
