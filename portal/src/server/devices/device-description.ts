import {
  allowedActions,
  canIssueCode,
  canShowInitialPin,
  deviceVersion,
  isSerialAttested,
  inWorkOrder,
  kindsOfWork,
  operatorsWords,
  PHONE,
  SECURITY_KEY,
  stillWaits,
  stoppedByLeaving,
  whyDeclined,
  type DeviceState,
} from '@cardwright/cms/devices';
import { isReached } from '../rights.js';
import { systemOf } from '../mobile/profiles/ios-version.js';
import type { WaitingWork } from '@cardwright/cms/store';
import type { ListedDevice, ShownCertificate } from '../store/device-list.js';
import type { LoginSession } from '../accounts/sessions.js';
import type { User } from '../store/schema.js';

/** A device as the portal's pages show it. */
export type DeviceDescription = ReturnType<typeof describeDevice>;

export const describeDevice = ({ device, owner, certificates, work }: Omit<ListedDevice, 'policy' | 'valid'>) => ({
  id: device.id,
  owner: { username: owner.username, displayName: owner.displayName },
  model: device.model,
  /** Set for a mobile device. The members about PINs, PUKs and management keys do not apply to it, because it has no card. */
  isPhone: device.model === PHONE,
  modelName: device.modelName,
  /** Name that the owner gave the device; null if the owner gave none. */
  name: device.name,
  serial: device.serial,
  /**
   * Set if a signature of the vendor proves the serial number. Not set if only the page and the host claim the number, if the device has no serial
   * number, or for a mobile device: it signs the number itself, with a key that Apple certified without the number.
   */
  serialProved: device.serial !== null && device.model !== PHONE && isSerialAttested(device),
  guid: device.guid,
  /** Version of the firmware; for a mobile device, the build or version of its operating system, as the device signed it. */
  firmware: device.firmware,
  /** The operating system of a mobile device, as people know it; null for any other device, or if the system is unknown. */
  system: device.model === PHONE && device.firmware !== null ? systemOf(device.modelName, device.firmware) : null,
  state: device.state,
  stateReason: device.stateReason,
  /** The operator's reason for the present state; null if no operator gave one for it. */
  said: operatorsWords(device),
  /** The operator's reason for declining the device. Null if no operator has declined the device, or if an operator has since allowed another try. */
  declined: whyDeclined(device),
  /** Work that waits for the owner, in the order in which it is to be done. */
  work: inWorkOrder(work.filter((one) => stillWaits(one, new Date()))).map(describeWork),
  /** Incident that the owner has reported, also of a device that has ended; null if there is none. */
  incident: device.incident,
  /** `not-proved` if only page and host claim that the keys are on the card. */
  proof: device.proof,
  /**
   * `own` if the card has a management key of its own; `configured` if the card has the management key in its model's policy; null if the device
   * has no management key.
   */
  managementKey: device.model === SECURITY_KEY || device.model === PHONE ? null : device.managementKey,
  /**
   * Set if, as far as the portal knows, the card still has its initial PIN. While the device is pending or active, an operator can then display
   * that PIN.
   */
  hasInitialPin: device.hasInitialPin && device.model !== PHONE,
  /**
   * Set if an operator approved sending a PUK to a card that does not prove its identity: in the current issuance, or for a new PIN. An approval
   * for a new PIN counts for 24 hours; this member stays set when the 24 hours are over.
   */
  isPukApproved: device.pukApprovedAt !== null,
  createdAt: device.createdAt.toISOString(),
  issuedAt: device.issuedAt?.toISOString() ?? null,
  activatedAt: device.activatedAt?.toISOString() ?? null,
  certificates: certificates.map(describeCertificate),
  expiry: expiryOf(device.state, certificates),
});

/** The person to whom a device is shown. */
export type Judging = Pick<LoginSession, 'user' | 'reaches'> & {
  /** Ids of the people of whom this operator is not independent; nobody if it does not matter here. */
  readonly dependsOn?: readonly string[];
};

/** A device as the operator's page shows it. */
export type OperatorDevice = ReturnType<typeof describeForOperator>;

/** Describes a device for a person who may see it: only what this person has the right to do is offered. */
export const describeForOperator = (one: ListedDevice, { user: operator, reaches, dependsOn = [] }: Judging) => ({
  ...describeDevice(one),
  owner: {
    id: one.owner.id,
    username: one.owner.username,
    displayName: one.owner.displayName,
    left: leavingOf(one.owner),
  },
  /** Set if the device was suspended or terminated because its owner left, also when the owner is back. */
  isForLeaving: stoppedByLeaving(one.device),
  goodUntil: goodUntil(one.certificates.map(describeCertificate)),
  /** Hash of the device's facts, which changes with the facts. A request for an action on the device passes this hash as `seen`. */
  version: deviceVersion({ row: one.device, ...one.valid }),
  /** Actions that this operator can perform on the device now. */
  actions: isReached(reaches, 'act-on-devices', one.owner.groups)
    ? allowedActions(one.device, { ...operator, dependsOn }, kindsOfWork(one.work, new Date()))
    : [],
  /** Ids of the work that this operator asked for, and can take back. */
  ownWork: one.work
    .filter(({ askedById }) => askedById === operator.id && isReached(reaches, 'act-on-devices', one.owner.groups))
    .map(({ id }) => id),
  /** Set if this operator can be shown the initial PIN. */
  canShowPin: isReached(reaches, 'show-pins', one.owner.groups) && canShowInitialPin(one.device),
  /** Set if this operator can issue a one-time code for a new PIN. */
  canIssueCode:
    isReached(reaches, 'issue-codes', one.owner.groups) &&
    canIssueCode(one.device, { ...operator, dependsOn }, one.policy),
});

/** Returns since when it is known that a person may no longer sign in, and by what. Returns null for anyone else. */
export const leavingOf = ({ leftAt, leftBecause }: Pick<User, 'leftAt' | 'leftBecause'>) =>
  leftAt === null || leftBecause === null ? null : { at: leftAt.toISOString(), because: leftBecause };

const describeWork = ({ id, kind, askedBy, reason, askedAt, expiresAt, operationId }: WaitingWork) => ({
  id,
  kind,
  /** User name of the operator who asked. */
  askedBy,
  /** The operator's words; null if the operator gave none. */
  reason,
  askedAt: askedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  /** Set if the owner has started it. */
  isStarted: operationId !== null,
});

/**
 * Returns the earliest end (ISO 8601) of those certificates that are neither expired, revoked nor on hold. Returns null if there is no such
 * certificate.
 */
export const goodUntil = (certificates: readonly CertificateDescription[]): string | null =>
  certificates
    .filter(({ status }) => status === 'good')
    .map(({ notAfter }) => notAfter)
    .sort()[0] ?? null;

type CertificateDescription = ReturnType<typeof describeCertificate>;

/** Days before the end of certificates from which on the pages show how many are left. Owners are told at the same time (`tellDueNotices`). */
const EXPIRES_SOON = 30;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Returns the earliest end of a device's certificates that are neither revoked nor on hold, and the days that are left until then, if it has come or
 * comes soon. Returns null for any other device, and for one that is not active. The days are counted by the clock of the server.
 */
function expiryOf(state: DeviceState, certificates: readonly ShownCertificate[]) {
  const good = certificates.filter(({ revocationReason }) => revocationReason === null);
  const end = Math.min(...good.map(({ notAfter }) => notAfter.getTime()));
  const left = end - Date.now();
  if (state !== 'active' || left > EXPIRES_SOON * DAY) return null;
  return {
    at: new Date(end).toISOString(),
    /** Number of days that are left, of which the last has begun; 0 if the certificates have ended. */
    days: Math.max(0, Math.ceil(left / DAY)),
  };
}

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
