import {
  allowedActions,
  canIssueCode,
  deviceVersion,
  isSerialAttested,
  PHONE,
  SECURITY_KEY,
  whyAskedBack,
  whyDeclined,
  type Device,
} from '@cardwright/cms';
import type { ListedDevice, ShownCertificate } from '../store/device-list.js';
import type { User } from '../store/schema.js';

/** A device as the portal's pages show it. */
export type DeviceDescription = ReturnType<typeof describeDevice>;

export const describeDevice = ({ device, owner, certificates }: Omit<ListedDevice, 'policy' | 'valid'>) => ({
  id: device.id,
  owner: { username: owner.username, displayName: owner.displayName },
  model: device.model,
  /** A mobile device: it has no card, and so none of what follows of PINs, PUKs and management keys. */
  isPhone: device.model === PHONE,
  modelName: device.modelName,
  serial: device.serial,
  /** Whether the vendor vouches for the serial number; otherwise only the page and the host say so. */
  serialProved: device.serial !== null && isSerialSigned(device),
  guid: device.guid,
  /** Of a mobile device, the version of its system. */
  firmware: device.firmware,
  state: device.state,
  stateReason: device.stateReason,
  /** Why an operator declined it, in the operator's words. */
  declined: whyDeclined(device),
  /** Whether an operator asks its owner to give it back, and why; null where none does. */
  askedBack: whyAskedBack(device),
  /** `not-proved`: only page and host say that the keys are on the card. */
  proof: device.proof,
  /** `configured`: the card keeps the management key that the policy names for its model; null where it has none. */
  managementKey: device.model === SECURITY_KEY || device.model === PHONE ? null : device.managementKey,
  /** Whether the card is known to have its initial PIN, which an operator can then have shown. */
  hasInitialPin: device.hasInitialPin && device.model !== PHONE,
  /** Whether an operator approved sending the factory PUK in the issuance under way. */
  isPukApproved: device.pukApprovedAt !== null,
  createdAt: device.createdAt.toISOString(),
  issuedAt: device.issuedAt?.toISOString() ?? null,
  activatedAt: device.activatedAt?.toISOString() ?? null,
  certificates: certificates.map(describeCertificate),
});

/** A mobile device signs who it is, though nothing vouches for its keys. */
const isSerialSigned = (device: Device): boolean =>
  device.model === PHONE ? device.identity !== null : isSerialAttested(device);

/** A device as the operator's page shows it. */
export type OperatorDevice = ReturnType<typeof describeForOperator>;

export const describeForOperator = (one: ListedDevice, operator: User) => ({
  ...describeDevice(one),
  /** What an action on it names as `seen`. */
  version: deviceVersion({ row: one.device, ...one.valid }),
  /** What this operator can do to it now. */
  actions: allowedActions(one.device, operator),
  /** Whether this operator can issue a one-time code for a new PIN. */
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
