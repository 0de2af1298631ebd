import { cborMap, encodeCbor, type CborMap } from './cbor.js';

/** What of the attestation reaches the relying party (WebAuthn Level 3, 6.5). */
export interface AttestationObject {
  readonly fmt: string;
  readonly attStmt: CborMap;
  readonly authData: Uint8Array;
}

/** The attestation object as CBOR in canonical form (6.5.4). */
export const encodeAttestationObject = ({ fmt, attStmt, authData }: AttestationObject): Uint8Array =>
  encodeCbor(
    cborMap([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ]),
  );

/**
 * Leaves the statement out, for a relying party that asked for none (5.1.3, step "none"). A self attestation stays, because it tells
 * nothing about the device. The AAGUID stays too: since Level 3 it is not replaced by zeros.
 */
export function withoutAttestation(object: AttestationObject, aaguid: string): AttestationObject {
  const isSelfAttestation = aaguid === NO_AAGUID && object.fmt === 'packed' && !object.attStmt.has('x5c');
  return isSelfAttestation ? object : { ...object, fmt: 'none', attStmt: cborMap([]) };
}

const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
