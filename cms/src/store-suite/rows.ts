import { randomInt, randomUUID } from 'node:crypto';
import type { DeviceIdentity } from '../attestation/identity.js';
import { NO_UNLOCK_CODE } from '../devices/unlock-code.js';
import { NO_INCIDENT } from '../rules/incident.js';
import type { OperationEvent } from '../store/operation-event.js';
import type {
  AuditRow,
  Certificate,
  Device,
  Escrow,
  Notice,
  Operation,
  Passkey,
  PolicyProposal,
  PolicyRow,
  WaitingWork,
} from '../store/rows.js';
import type { CardAppearance, Changes } from '../store/store.js';

/** Rows as an issuance would write them. */

const DAY = 24 * 60 * 60 * 1000;

/**
 * The latest time that a row got, in milliseconds since 1970. Each time is a millisecond later than the time before, so that the order of rows
 * is known.
 */
let last = Date.UTC(2026, 0, 1);
const moment = (): Date => new Date((last += 1));

export const NO_CHANGES: Changes = {
  operations: [],
  devices: [],
  escrows: [],
  certificates: [],
  passkeys: [],
  notices: [],
  work: [],
  audit: [],
  events: [],
};

/** Makes a random decimal serial number, so that no other card has the same number, not even a card of an earlier run. */
export const newSerial = (): string => String(randomInt(10 ** 9, 10 ** 14));

/** Makes the name of a model that has no policy. */
export const newModel = (): string => `m${randomUUID().slice(0, 8)}`;

export function newDevice(ownerId: string, about: Partial<Device> = {}): Device {
  const at = moment();
  return {
    id: randomUUID(),
    ownerId,
    model: 'yubikey',
    modelName: 'YubiKey 5',
    name: null,
    serial: null,
    identity: null,
    guid: randomUUID(),
    firmware: null,
    state: 'producing',
    stateBeforeSuspension: null,
    stateReason: null,
    proof: 'not-proved',
    managementKey: 'own',
    resettable: true,
    hasInitialPin: true,
    sharesPin: false,
    pinRules: null,
    pukApprovedAt: null,
    pukApprovedBy: null,
    ...NO_UNLOCK_CODE,
    ...NO_INCIDENT,
    stagedKey: null,
    createdAt: at,
    updatedAt: at,
    issuedAt: null,
    activatedAt: null,
    ...about,
  };
}

export function newOperation(userId: string, about: Partial<Operation> = {}): Operation {
  const at = moment();
  return {
    id: randomUUID(),
    kind: 'issue',
    userId,
    deviceId: null,
    cardHint: null,
    guid: randomUUID(),
    status: 'running',
    stepNumber: 1,
    session: 'a-session',
    state: { stage: 'open', slots: ['9A'], puk: null },
    stepMethods: ['card.open', 'card.read'],
    lastAnswer: null,
    lastResultsHash: null,
    createdAt: at,
    updatedAt: at,
    ...about,
  };
}

export const newEscrow = (deviceId: string, about: Partial<Escrow> = {}): Escrow => ({
  id: randomUUID(),
  deviceId,
  operationId: randomUUID(),
  sealed: 'a.compact..j.we',
  context: { origin: 'https://cms.example', operation: 'one', device: deviceId, session: null, purpose: 'escrow' },
  sha256: 'a-hash',
  createdAt: moment(),
  appliedAt: null,
  managementKeyDroppedAt: null,
  pukDroppedAt: null,
  pukTries: [{ puk: 'factory', refused: true, retriesLeft: 2, factoryPuk: 'sealed' }],
  ...about,
});

export const newCertificate = (deviceId: string, about: Partial<Certificate> = {}): Certificate => ({
  id: randomUUID(),
  deviceId,
  slot: '9A',
  serialNumber: randomUUID(),
  subject: 'CN=Someone',
  algorithm: 'P-256',
  der: 'MIIB',
  keyHash: randomUUID(),
  proof: 'attested',
  notBefore: moment(),
  notAfter: new Date(last + DAY),
  revocationReason: null,
  revokedAt: null,
  pendingRenewal: null,
  doubtedBy: null,
  createdAt: moment(),
  ...about,
});

export const newPasskey = (deviceId: string, about: Partial<Passkey> = {}): Passkey => ({
  id: randomUUID(),
  deviceId,
  operationId: randomUUID(),
  service: 'login',
  rpId: 'cms.example',
  credentialId: randomUUID(),
  serviceId: randomUUID(),
  aaguid: randomUUID(),
  publicKey: 'pQEC',
  signCount: 1,
  transports: ['usb'],
  name: 'YubiKey 5',
  way: 'page',
  place: 'not-proved',
  attested: false,
  createdAt: moment(),
  lastUsedAt: null,
  removalDueAt: null,
  removedAt: null,
  unconfirmed: null,
  ...about,
});

/** Makes a notice of a change of a device. */
export const newNotice = ({ id, ownerId }: Device, about: Partial<Notice> = {}): Notice => ({
  id: randomUUID(),
  deviceId: id,
  ownerId,
  kind: 'suspended',
  reason: null,
  days: null,
  expiresAt: null,
  createdAt: moment(),
  attempts: 0,
  dueAt: moment(),
  outcome: null,
  ...about,
});

/** Makes a notice of certificates that end. */
export const newExpiryNotice = (device: Device, about: Partial<Notice> = {}): Notice =>
  newNotice(device, { kind: 'expires', days: 30, expiresAt: new Date(last + 30 * DAY), ...about });

/** Makes work that waits. The person who asked is the owner of the device, because a store may keep a list of people. */
export const newWork = (
  { id: deviceId, ownerId }: Pick<Device, 'id' | 'ownerId'>,
  about: Partial<WaitingWork> = {},
): WaitingWork => ({
  id: randomUUID(),
  deviceId,
  kind: 'renew',
  askedById: ownerId,
  askedBy: 'olga',
  reason: null,
  askedAt: moment(),
  expiresAt: new Date(last + 30 * DAY),
  operationId: null,
  outcome: null,
  endedAt: null,
  ...about,
});

export const newAudit = (about: Partial<AuditRow> = {}): AuditRow => ({
  actor: 'alice',
  event: 'operation.started',
  outcome: 'ok',
  deviceId: null,
  operationId: null,
  detail: { kind: 'issue', again: false, steps: 3, error: null },
  at: moment(),
  ...about,
});

export const newEvent = (about: Partial<OperationEvent> = {}): OperationEvent => ({
  operationId: randomUUID(),
  deviceId: null,
  actor: 'alice',
  address: '2001:db8::1',
  at: moment(),
  what: { kind: 'started' },
  ...about,
});

export const newPolicy = (model: string, about: Partial<PolicyRow> = {}): PolicyRow => ({
  model,
  policy: {
    modelName: 'YubiKey 5',
    slots: { '9A': 'P-256' },
    managementKeyAlgorithm: 'AES-192',
    olderManagementKeyAlgorithms: [],
    factoryKeyAlgorithms: [{ from: '0', algorithm: '3DES' }],
    acceptFixedManagementKey: false,
    unprovenKeys: 'refuse',
    withoutSerialBefore: null,
    attestationRoots: [],
    attestationIntermediates: [],
    keyManagementCannotSign: 'refuse',
    reset: 'allow',
    unlockNeedsCode: false,
    pinpad: 'never',
    certificateDays: 365,
    renewalDays: 30,
    renewedKeys: {},
    pinRules: { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true },
  },
  factorySecrets: 'a.compact..j.we',
  updatedAt: moment(),
  updatedBy: 'configuration',
  ...about,
});

export function newProposal(model: string, about: Partial<PolicyProposal> = {}): PolicyProposal {
  const { policy, factorySecrets } = newPolicy(model);
  return { id: randomUUID(), model, policy, factorySecrets, proposedBy: 'olga', proposedAt: moment(), ...about };
}

export const newCard = (about: Partial<CardAppearance> = {}): CardAppearance => ({
  model: 'yubikey',
  serial: null,
  guid: null,
  cardHint: `place:${randomUUID()}`,
  ...about,
});

/** Makes the identity of a device: by the serial number that its vendor signed or, if `serial` is null, by the key of its proof. */
export const identityOf = (serial: string | null, proofKey: string = randomUUID()): DeviceIdentity => ({
  rootFingerprint: 'root',
  serial,
  firmware: '5.7.2',
  key: serial === null ? `root:9e:${proofKey}` : `root:serial:${serial}`,
});
