import { cborMap, encodeCbor, type CborMap } from './cbor.js';

/** The attestation object that the relying party receives (WebAuthn Level 3, 6.5.4). */
export interface AttestationObject {
  readonly fmt: string;
  readonly attStmt: CborMap;
  readonly authData: Uint8Array;
}

/** Encodes the attestation object as canonical CBOR (6.5.4). */
export const encodeAttestationObject = ({ fmt, attStmt, authData }: AttestationObject): Uint8Array =>
  encodeCbor(
    cborMap([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ]),
  );

/**
 * Removes the attestation statement for a relying party that asked for no attestation (5.1.3, "none"). A self attestation with a zero AAGUID keeps
 * its statement, because such a statement reveals nothing about the device. The AAGUID is not changed: unlike earlier levels, Level 3 does not
 * replace the AAGUID with zeros.
 */
export function withoutAttestation(object: AttestationObject, aaguid: string): AttestationObject {
  const isSelfAttestation = aaguid === NO_AAGUID && object.fmt === 'packed' && !object.attStmt.has('x5c');
  return isSelfAttestation ? object : { ...object, fmt: 'none', attStmt: cborMap([]) };
}

const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
