import { createHash } from 'node:crypto';
import type { Certificate, Device, Passkey } from '../store/rows.js';

/** The facts of a device's row by which an operator decides; `updatedAt` changes whenever the row does. */
const ROW = [
  'id',
  'ownerId',
  'model',
  'modelName',
  'serial',
  'identity',
  'guid',
  'proof',
  'state',
  'stateBeforeSuspension',
  'stateReason',
  'hasInitialPin',
  'pukApprovedAt',
  'updatedAt',
] as const satisfies readonly (keyof Device)[];

/** A device, as far as its version depends on it; the order of certificates and passkeys does not matter. */
export interface VersionedDevice {
  readonly row: Pick<Device, (typeof ROW)[number]>;
  /** Those that are good or on hold. */
  readonly certificates: readonly Pick<Certificate, 'slot' | 'serialNumber' | 'keyHash' | 'proof'>[];
  /** Those that are good. */
  readonly passkeys: readonly Pick<Passkey, 'service' | 'credentialId'>[];
}

/**
 * The version of a device that an operator sees. Two that are equal are of one row with the same facts, certificates and passkeys.
 *
 * @returns SHA-256, base64url: 43 characters that mean nothing else
 */
export function deviceVersion({ row, certificates, passkeys }: VersionedDevice): string {
  const facts = [
    ROW.map((name) => row[name]),
    sorted(certificates.map(({ slot, serialNumber, keyHash, proof }) => [slot, serialNumber, keyHash, proof])),
    sorted(passkeys.map(({ service, credentialId }) => [service, credentialId])),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

/** The same order wherever the rows come from: that of code units, which no database's collation changes. */
const sorted = (rows: readonly (readonly (string | null)[])[]): string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
