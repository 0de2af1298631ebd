import { randomUUID } from 'node:crypto';
import { CardwrightError, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import type { AuditEvent } from '../audit-event.js';
import type { CertificateRequest, CertificationAuthority, DeviceSlot } from '../authority/certification-authority.js';
import type { CardKey } from '../keys/card-key.js';
import { DEVICE_STATES } from '../rules/device-state.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { AuditRow, Certificate, Person, Proof } from '../store/rows.js';
import { readIssued } from './issued-certificate.js';

/** A key of a device to certify. The caller has checked that the device has the key. */
export interface CertificateOrder extends Omit<CertificateRequest, 'slot' | 'subscriber' | 'publicKey'> {
  readonly slot: DeviceSlot;
  readonly key: CardKey;
  /** Algorithm of the key, for example `RSA-2048`. */
  readonly algorithm: string;
  readonly proof: Proof;
  /** Id of the operation that renews the slot's certificate. The new certificate is on hold until it is read back. */
  readonly pendingRenewal?: string | null;
}

/** The issuer and the subscriber of a certificate, and the log that records it. */
export interface CertificateParties {
  readonly authority: CertificationAuthority;
  readonly device: DeviceRecord;
  /** Owner of the device. */
  readonly person: Person;
  readonly now: Date;
  readonly report: (event: AuditEvent, detail: AuditRow['detail'], outcome?: AuditRow['outcome']) => void;
}

/**
 * Requests a certificate for a device's key, and adds it to the device with the standing of the device's state: good if the device is active, and
 * revoked or on hold if not. The certificate of a renewal is on hold.
 *
 * @throws CardwrightError `OPERATION_FAILED` for a weak key, `CERTIFICATE_KEY_MISMATCH` if the certificate is for another key, `CA_REFUSED`,
 * `CA_UNAVAILABLE`
 * @example
 * const report = (event: AuditEvent) => console.log(event);
 * const certificate = await certify({ authority, device: record, person, now: new Date(), report }, order);
 */
export async function certify(
  { authority, device, person, now, report }: CertificateParties,
  { key, algorithm, proof, pendingRenewal = null, ...order }: CertificateOrder,
): Promise<Certificate> {
  const { slot } = order;
  key.requireSound();
  const { username, displayName, email, upn, sid } = person;
  const subscriber = { username, displayName, email, upn, sid, guid: device.row.guid };
  const request: CertificateRequest = { ...order, publicKey: key.spki, subscriber };
  const der = await authority.issue(request).catch((error: unknown) => {
    // The reason has the authority's own words, shortened by `boundAuthority`. The error carries them to the person.
    if (isCardwrightError(error, 'CA_REFUSED'))
      report('certificate.refused', { slot, reason: error.data.reason }, 'failed');
    throw error;
  });
  const { serialNumber, subject, notBefore, notAfter, key: certified } = readIssued(der);
  if (!certified.equals(key)) {
    const keys = { requestedKey: key.hash, certifiedKey: certified.hash };
    report('certificate.refused', { slot, serialNumber, ...keys }, 'failed');
    throw new CardwrightError('CERTIFICATE_KEY_MISMATCH', { slot });
  }
  const standing = pendingRenewal === null ? DEVICE_STATES[device.row.state].standing : 'certificateHold';
  const certificate: Certificate = {
    id: randomUUID(),
    deviceId: device.row.id,
    slot,
    serialNumber,
    subject,
    algorithm,
    der: encodeBytes(der),
    keyHash: key.hash,
    proof,
    notBefore,
    notAfter,
    revocationReason: standing,
    revokedAt: standing && now,
    pendingRenewal,
    doubtedBy: null,
    createdAt: now,
  };
  device.addCertificate(certificate);
  report('certificate.issued', { slot, serialNumber, algorithm, proof });
  return certificate;
}
