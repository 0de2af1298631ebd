import { newBundle } from './support-bundles.js';
import { ASKED, OPERATOR_PASSKEYS, device, phone } from './portal-devices.js';

/** The portal's answer about a device whose issuance was interrupted, continued in another session, and finished. */

const BEGIN = Date.UTC(2026, 10, 25, 10, 0, 0);
const at = (milliseconds: number): string => new Date(BEGIN + milliseconds).toISOString();

const step = (
  sent: number,
  name: string,
  words: string,
  duration: number | null,
  commands: readonly (readonly [string, string?])[],
): object => ({
  kind: 'step',
  at: at(sent),
  name,
  words,
  number: 1,
  duration,
  commands: commands.map(([method, error]) => ({
    method,
    outcome: error === undefined ? 'passed' : error === '' ? 'unanswered' : 'failed',
    error: error === undefined || error === '' ? null : error,
  })),
});
const fact = (when: number, event: string, detail: object = {}, outcome: 'ok' | 'failed' = 'ok'): object => ({
  kind: 'fact',
  at: at(when),
  actor: 'ada',
  event,
  outcome,
  detail,
});

const AUTHENTICATE = [
  ['managementKey.authenticate'],
  ['key.prove'],
  ['object.write'],
  ['object.read'],
  ['credentials.prepare'],
] as const;
const serialNumber = '5f1c8e0a9b3d4c72a6e1f08b7d92c435';

export const FINISHED_ISSUANCE = {
  id: '6630efd4-424c-42ec-bb1d-4eccfc121bf2',
  kind: 'issue',
  title: 'Issuance',
  deviceId: 'd1',
  status: 'done',
  owner: { username: 'ada', displayName: 'Ada Lovelace' },
  startedAt: at(0),
  updatedAt: at(96_400),
  items: [
    { kind: 'session', isResumed: false, at: at(0), address: '192.0.2.17' },
    step(20, 'witness', 'Authenticating', 180, [['managementKey.getChallenge']]),
    step(240, 'authenticate', 'Personalizing', 1_420, AUTHENTICATE),
    fact(1_660, 'management-key.authenticated', { key: 'factory' }),
    fact(1_661, 'escrow.stored'),
    fact(1_662, 'secret.released', { purpose: 'puk', to: 'host' }),
    step(1_700, 'keys', 'Making keys', 2_900, [
      ['credentials.apply'],
      ['key.generate'],
      ['key.attest', 'CARD_REMOVED'],
      ['csr.create', ''],
    ]),
    { kind: 'rested', step: 'keys', at: at(4_600), error: 'CARD_REMOVED' },
    { kind: 'session', isResumed: true, at: at(45_000), address: '2001:db8::17' },
    step(45_020, 'witness', 'Authenticating', 160, [['managementKey.getChallenge']]),
    step(45_200, 'keys', 'Making keys', 6_300, [
      ['credentials.apply'],
      ['key.generate'],
      ['key.attest'],
      ['csr.create'],
    ]),
    fact(51_500, 'certificate.issued', { slot: '9A', serialNumber, algorithm: 'P-256', proof: 'attested' }),
    step(52_000, 'pin', 'Waiting for your new PIN', 44_400, [['pin.change']]),
    fact(96_400, 'device.state-changed', { from: 'pending', to: 'active' }),
    { kind: 'ended', state: 'done', at: at(96_400), error: null, reason: null },
  ],
};

const REFUSED_ISSUANCE = {
  ...FINISHED_ISSUANCE,
  id: '7730efd4-424c-42ec-bb1d-4eccfc121bf2',
  status: 'failed',
  updatedAt: at(900),
  items: [
    { kind: 'session', isResumed: false, at: at(0), address: null },
    step(20, 'witness', 'Authenticating', 180, [['managementKey.getChallenge']]),
    fact(880, 'certificate.refused', { slot: '9A', reason: 'The profile does not allow this subject.' }, 'failed'),
    { kind: 'ended', state: 'failed', at: at(900), error: 'OPERATION_FAILED', reason: 'key-weak' },
  ],
};

const FILE = { id: 'f1', deviceId: 'd1', addedBy: 'olga', addedAt: at(3_600_000), madeBy: 'extension', size: 512 };

/** A one-time code as issued by the server. */
export const ISSUED_CODE = { code: '40718293', expiresAt: at(600_000) };

export const DEVICE_PAGE = {
  device: device('d1', 'active'),
  passkeys: OPERATOR_PASSKEYS,
  operations: [FINISHED_ISSUANCE, REFUSED_ISSUANCE],
  hasMore: false,
  history: [
    {
      id: 7,
      at: at(200_000),
      actor: 'olga',
      event: 'device.state-changed',
      outcome: 'ok',
      deviceId: 'd1',
      operationId: null,
      detail: { from: 'active', to: 'suspended', reason: 'suspended by an operator' },
    },
  ],
};

/** The support files of the device of {@link DEVICE_PAGE}. */
export const SUPPORT_FILES = [
  { ...FILE, failed: 1, checks: 3 },
  { ...FILE, id: 'f2', addedBy: 'oscar', failed: 0, checks: 12 },
];

/** The portal's answer about a device for which work waits. */
export const WORK_PAGE = { ...DEVICE_PAGE, device: ASKED[0] };

const entry = (id: number, actor: string, event: string, detail: object): object => ({
  id,
  at: at(id * 1000),
  actor,
  event,
  outcome: 'ok',
  deviceId: 'i1',
  operationId: null,
  detail,
});

/** The portal's answer about a mobile device, in which the extension has no part. */
export const PHONE_PAGE = {
  device: phone('i1', 'suspended'),
  passkeys: [],
  operations: [],
  hasMore: false,
  history: [
    entry(200, 'olga', 'device.state-changed', { from: 'active', to: 'suspended', reason: 'suspended by an operator' }),
    entry(49, 'portal', 'mobile.installed', {}),
    entry(48, 'portal', 'certificate.issued', { slot: 'phone-authentication', serialNumber, algorithm: 'RSA-2048' }),
    entry(46, 'portal', 'mobile.configuration-sent', {}),
    entry(44, 'portal', 'certificate.issued', { slot: 'phone-identity', serialNumber, algorithm: 'RSA-2048' }),
    entry(40, 'ada', 'mobile.phone-confirmed', { model: 'iPhone 16 Pro', serial: 'F2LX4Q9PN7' }),
  ],
};

/** The server's summary of a bundle. */
export const summaryOf = (
  { versions, environment, checks, policy, failures, log, made, madeBy } = newBundle(),
): object => ({
  file: SUPPORT_FILES[0],
  made,
  madeBy,
  versions,
  environment,
  checks: [...checks].sort((a, b) => (a.outcome === 'failed' ? 0 : 1) - (b.outcome === 'failed' ? 0 : 1)),
  policy: JSON.stringify(policy, null, 2),
  failures: failures ?? null,
  trace: {
    sessions: [{ origin: 'https://cms.example', started: made }],
    entries: 4,
    dropped: 2,
    errors: [
      { number: 3, at: made, method: 'device.list', code: 'PCSC_UNAVAILABLE' },
      { number: 4, at: made, method: 'key.generate', code: 'CARD_REMOVED' },
    ],
  },
  log,
});
