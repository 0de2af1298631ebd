import { randomUUID } from 'node:crypto';
import { CardwrightError, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import type { AuditEvent } from '../audit-event.js';
import type { CertificateRequest, CertificationAuthority, DeviceSlot } from '../authority/certification-authority.js';
import { DEVICE_STATES } from '../devices/device-state.js';
import { keyHashOf } from '../keys/key-hash.js';
import { requireSoundKey } from '../keys/weak-key.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { AuditRow, Certificate, Person, Proof } from '../store/rows.js';
import { readIssued } from './issued-certificate.js';

/** A key of a device to certify. The caller has checked that the device has the key. */
export interface CertificateOrder extends Omit<CertificateRequest, 'slot' | 'subscriber'> {
  readonly slot: DeviceSlot;
  /** For example `RSA-2048`. */
  readonly algorithm: string;
  readonly proof: Proof;
}

/** The issuer and the subscriber of a certificate, and the log that is told of it. */
export interface CertificateParties {
  readonly authority: CertificationAuthority;
  readonly device: DeviceRecord;
  /** Owner of the device. */
  readonly person: Person;
  readonly now: Date;
  readonly report: (event: AuditEvent, detail: AuditRow['detail'], outcome?: AuditRow['outcome']) => void;
}

/**
 * Has a key certified and keeps the certificate: on hold, or good if the device is active already.
 *
 * @throws CardwrightError `OPERATION_FAILED` for a weak key, `CERTIFICATE_KEY_MISMATCH`, `CA_REFUSED`, `CA_UNAVAILABLE`
 */
export async function certify(
  { authority, device, person, now, report }: CertificateParties,
  { algorithm, proof, ...request }: CertificateOrder,
): Promise<Certificate> {
  const { slot, publicKey } = request;
  requireSoundKey(publicKey);
  const { username, displayName, email, upn, sid } = person;
  const subscriber = { username, displayName, email, upn, sid, guid: device.row.guid };
  const der = await authority.issue({ ...request, subscriber }).catch((error: unknown) => {
    // The authority's own words, bounded by `boundAuthority`: they travel with the error and the person may read them.
    if (isCardwrightError(error, 'CA_REFUSED'))
      report('certificate.refused', { slot, reason: error.data.reason }, 'failed');
    throw error;
  });
  const { serialNumber, subject, notBefore, notAfter, keyHash: certifiedKey } = readIssued(der);
  const keyHash = keyHashOf(publicKey);
  if (certifiedKey !== keyHash) {
    report('certificate.refused', { slot, serialNumber, requestedKey: keyHash, certifiedKey }, 'failed');
    throw new CardwrightError('CERTIFICATE_KEY_MISMATCH', { slot });
  }
  const { standing } = DEVICE_STATES[device.row.state];
  const certificate: Certificate = {
    id: randomUUID(),
    deviceId: device.row.id,
    slot,
    serialNumber,
    subject,
    algorithm,
    der: encodeBytes(der),
    keyHash,
    proof,
    notBefore,
    notAfter,
    revocationReason: standing,
    revokedAt: standing && now,
    createdAt: now,
  };
  device.addCertificate(certificate);
  report('certificate.issued', { slot, serialNumber, algorithm, proof });
  return certificate;
}
