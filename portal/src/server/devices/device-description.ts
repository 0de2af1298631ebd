import {
  allowedActions,
  canIssueCode,
  deviceVersion,
  isSerialAttested,
  PHONE,
  SECURITY_KEY,
  whyAskedBack,
  whyDeclined,
} from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import type { ListedDevice, ShownCertificate } from '../store/device-list.js';
import type { User } from '../store/schema.js';

/** A device as the portal's pages show it. */
export type DeviceDescription = ReturnType<typeof describeDevice>;

export const describeDevice = ({ device, owner, certificates }: Omit<ListedDevice, 'policy' | 'valid'>) => ({
  id: device.id,
  owner: { username: owner.username, displayName: owner.displayName },
  model: device.model,
  /** Set for a mobile device. It has no card, so the members on PINs, PUKs and management keys do not apply. */
  isPhone: device.model === PHONE,
  modelName: device.modelName,
  serial: device.serial,
  /** Set if the vendor vouches for the serial number. Otherwise only the page and the host claim it. */
  serialProved: device.serial !== null && isSerialSigned(device),
  guid: device.guid,
  /** Version of the firmware; for a mobile device, of its system. */
  firmware: device.firmware,
  state: device.state,
  stateReason: device.stateReason,
  /** The operator's reason for declining the device; null if no operator has. */
  declined: whyDeclined(device),
  /** The operator's reason for asking the owner to give the device back; null if no operator asks. */
  askedBack: whyAskedBack(device),
  /** `not-proved` if only page and host claim that the keys are on the card. */
  proof: device.proof,
  /** `configured` if the card keeps the management key of its model's policy; null if the device has no management key. */
  managementKey: device.model === SECURITY_KEY || device.model === PHONE ? null : device.managementKey,
  /** Set if the card is known to have its initial PIN. An operator can then display that PIN. */
  hasInitialPin: device.hasInitialPin && device.model !== PHONE,
  /** Set if an operator approved sending the factory PUK in the current issuance. */
  isPukApproved: device.pukApprovedAt !== null,
  createdAt: device.createdAt.toISOString(),
  issuedAt: device.issuedAt?.toISOString() ?? null,
  activatedAt: device.activatedAt?.toISOString() ?? null,
  certificates: certificates.map(describeCertificate),
});

/** True if the serial number is signed. A mobile device signs its identity, though nothing vouches for its keys. */
const isSerialSigned = (device: Device): boolean =>
  device.model === PHONE ? device.identity !== null : isSerialAttested(device);

/** A device as the operator's page shows it. */
export type OperatorDevice = ReturnType<typeof describeForOperator>;

export const describeForOperator = (one: ListedDevice, operator: User) => ({
  ...describeDevice(one),
  /** The device's version, which an action passes as `seen`. */
  version: deviceVersion({ row: one.device, ...one.valid }),
  /** Actions that this operator can perform on the device now. */
  actions: allowedActions(one.device, operator),
  /** Set if this operator can issue a one-time code for a new PIN. */
  canIssueCode: canIssueCode(one.device, operator, one.policy),
});

const describeCertificate = (certificate: ShownCertificate) => ({
  slot: certificate.slot,
  serialNumber: certificate.serialNumber,
  subject: certificate.subject,
  algorithm: certificate.algorithm,
  proof: certificate.proof,
  notBefore: certificate.notBefore.toISOString(),
  notAfter: certificate.notAfter.toISOString(),
  status: statusOf(certificate),
});

function statusOf({ revocationReason, notAfter }: ShownCertificate): 'good' | 'on-hold' | 'revoked' | 'expired' {
  if (notAfter.getTime() < Date.now()) return 'expired';
  if (revocationReason === null) return 'good';
  return revocationReason === 'certificateHold' ? 'on-hold' : 'revoked';
}
