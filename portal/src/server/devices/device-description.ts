import type { Certificate } from '../store/schema.js';
import type { DeviceRecord } from './devices.js';

/** A device as the portal's pages show it. */
export type DeviceDescription = ReturnType<typeof describeDevice>;

export const describeDevice = ({ device, owner, certificates }: DeviceRecord) => ({
  id: device.id,
  owner: { username: owner.username, displayName: owner.displayName },
  model: device.model,
  modelName: device.modelName,
  serial: device.serial,
  guid: device.guid,
  firmware: device.firmware,
  state: device.state,
  stateReason: device.stateReason,
  /** `not-proved`: nothing but page and host say that the keys are on the card. */
  proof: device.proof,
  /** `configured`: the card keeps the management key that the policy names for its model. */
  managementKey: device.managementKey,
  /** Whether the card is known to have its initial PIN, which an operator can then have shown. */
  hasInitialPin: device.hasInitialPin,
  createdAt: device.createdAt.toISOString(),
  issuedAt: device.issuedAt?.toISOString() ?? null,
  activatedAt: device.activatedAt?.toISOString() ?? null,
  certificates: certificates.filter(isCurrent).map(describeCertificate),
});

/** Of a slot whose key was replaced, only the last certificate is shown. */
const isCurrent = ({ revocationReason }: Certificate): boolean => revocationReason !== 'superseded';

const describeCertificate = (certificate: Certificate) => ({
  slot: certificate.slot,
  serialNumber: certificate.serialNumber,
  subject: certificate.subject,
  algorithm: certificate.algorithm,
  proof: certificate.proof,
  notBefore: certificate.notBefore.toISOString(),
  notAfter: certificate.notAfter.toISOString(),
  status: statusOf(certificate),
});

function statusOf({ revocationReason, notAfter }: Certificate): 'good' | 'on-hold' | 'revoked' | 'expired' {
  if (notAfter.getTime() < Date.now()) return 'expired';
  if (revocationReason === null) return 'good';
  return revocationReason === 'certificateHold' ? 'on-hold' : 'revoked';
}
