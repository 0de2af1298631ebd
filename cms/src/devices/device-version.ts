import { createHash } from 'node:crypto';
import type { Certificate, Device, Passkey, WaitingWork } from '../store/rows.js';

/** Columns of a device's row on which an operator's decision rests. `updatedAt` changes with every change of the row. */
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
  'incident',
  'hasInitialPin',
  'pukApprovedAt',
  'updatedAt',
] as const satisfies readonly (keyof Device)[];

/** The parts of a device that its version covers. The order of certificates, passkeys and work does not matter. */
export interface VersionedDevice {
  readonly row: Pick<Device, (typeof ROW)[number]>;
  /** Certificates that are good or on hold. */
  readonly certificates: readonly Pick<Certificate, 'slot' | 'serialNumber' | 'keyHash' | 'proof'>[];
  /** Passkeys that are not due for removal. */
  readonly passkeys: readonly Pick<Passkey, 'service' | 'credentialId'>[];
  /** Work without an outcome. */
  readonly work: readonly Pick<WaitingWork, 'id'>[];
}

/**
 * Computes the version of a device that an operator sees. Equal versions mean the same row with the same facts, certificates, passkeys and work that
 * waits.
 *
 * @returns SHA-256, base64url: 43 characters, opaque to the page
 * @example
 * const seen = deviceVersion({ row: device, certificates, passkeys, work: record.work });
 * await cms.perform(operator, 'suspend', device.id, { seen });
 */
export function deviceVersion({ row, certificates, passkeys, work }: VersionedDevice): string {
  const facts = [
    ROW.map((name) => row[name]),
    sorted(certificates.map(({ slot, serialNumber, keyHash, proof }) => [slot, serialNumber, keyHash, proof])),
    sorted(passkeys.map(({ service, credentialId }) => [service, credentialId])),
    sorted(work.map(({ id }) => [id])),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

/** Returns each list as JSON, sorted by code units, so that the order does not depend on a database's collation. */
const sorted = (rows: readonly (readonly (string | null)[])[]): string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
