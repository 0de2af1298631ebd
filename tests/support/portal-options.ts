import { readFileSync, writeFileSync } from 'node:fs';
import { inRepository, VIRTUAL_VENDOR, type PortalOptions } from '@cardwright/stage';

/** Accounts that a portal under test is started with. */
export const ACCOUNTS = [
  {
    username: 'alice',
    password: 'correct horse battery',
    displayName: 'Alice Adams',
    role: 'user',
    email: 'alice@example.com',
    upn: 'alice@corp.example.com',
    sid: 'S-1-5-21-1004336348-1177238915-682003330-1104',
  },
  { username: 'bob', password: 'battery staple horse', displayName: 'Bob Brown', role: 'user' },
  { username: 'oscar', password: 'operate with care', displayName: 'Oscar Operator', role: 'operator' },
] as const;
export const [ALICE, BOB, OSCAR] = ACCOUNTS;

/** The device limit of a workplace, beyond what the tests of a file issue to one user. */
export const DEVICE_LIMIT = 200;

type UnprovenKeys = 'refuse' | 'supervised' | 'allow';

interface Policy {
  reset?: 'allow' | 'refuse';
  unprovenKeys: UnprovenKeys;
  slots: Record<string, string>;
  renewedKeys: Record<string, string>;
  pinRules: object;
  certificateDays: number;
}

type Policies = Record<string, { policy: Policy }>;

export interface PortalChanges {
  /** The algorithm of every slot, except 9D of a plain PIV card, which is always RSA because an elliptic curve key there cannot sign. */
  readonly algorithm?: 'RSA-2048' | 'P-256';
  /** The models that it issues; by default all. */
  readonly models?: readonly string[];
  /** The slots that get a new key when their certificate is renewed; by default none. */
  readonly newKeys?: readonly string[];
  readonly deviceLimit?: number;
  readonly pinRules?: object;
  /** Days for which certificates are valid; as at a new portal by default. A few days are within the time in which owners may renew them. */
  readonly certificateDays?: number;
  /** The policy for used devices: whether they may be erased. */
  readonly reset?: 'allow' | 'refuse';
  /** The policy for unproved plain cards; by default they are issued without an operator. */
  readonly unprovenKeys?: UnprovenKeys;
  /** The policy for unproved YubiKeys; by default they are refused, as at a new portal. */
  readonly unprovenYubikeys?: UnprovenKeys;
  /** The path of the file that controls the certification authority's failures (see failing-authority.mjs); initially `answer`. */
  readonly authorityControl?: string;
  /** The settings of mobile devices, see `PortalOptions`; by default there are none. */
  readonly mobile?: object;
  /** Seconds that the certification authority may take for one certificate. */
  readonly authorityTimeout?: number;
}

/** Builds the options of a portal under test: known accounts, the virtual cards' vendor, and changed policies. */
export function portalOf(changes: PortalChanges = {}): PortalOptions {
  const { deviceLimit, authorityControl, authorityTimeout, mobile } = changes;
  if (authorityControl !== undefined) writeFileSync(authorityControl, 'answer');
  return {
    policies: policiesOf(changes),
    vendorCertificates: VIRTUAL_VENDOR,
    ...(mobile === undefined ? {} : { mobile }),
    env: {
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
      // One user issues more cards in a test than the quotas allow.
      CARDWRIGHT_OPERATIONS_PER_HOUR: '10000',
      CARDWRIGHT_WITNESSES_PER_HOUR: '10000',
      CARDWRIGHT_CARDS_PER_HOUR: '10000',
      CARDWRIGHT_OTHERS_CARDS_PER_HOUR: '10000',
      CARDWRIGHT_SIGN_INS_PER_HOUR: '10000',
      CARDWRIGHT_STEPS_PER_HOUR: '100000',
      // Tests read revocations at once.
      CARDWRIGHT_CRL_INTERVAL: '0',
      ...(authorityControl === undefined
        ? {}
        : {
            CARDWRIGHT_AUTHORITY: inRepository('tests/support/failing-authority.mjs'),
            FAILING_AUTHORITY_CONTROL: authorityControl,
          }),
      ...(authorityTimeout === undefined ? {} : { CARDWRIGHT_AUTHORITY_TIMEOUT: String(authorityTimeout) }),
      ...(deviceLimit === undefined ? {} : { CARDWRIGHT_DEVICE_LIMIT: String(deviceLimit) }),
    },
  };
}

/** Returns the changed members of device policies by issued model, for a portal that is already running. */
export function policyChanges(changes: PortalChanges): Record<string, object> {
  const ofPolicy = ({ pinRules, reset, unprovenKeys, slots, certificateDays, renewedKeys }: Policy): object => ({
    pinRules,
    certificateDays,
    renewedKeys,
    reset,
    unprovenKeys,
    slots,
  });
  return Object.fromEntries(
    Object.entries(policiesOf(changes)).map(([model, { policy }]) => [model, ofPolicy(policy)]),
  );
}

function policiesOf(changes: PortalChanges): Policies {
  const { algorithm, models, pinRules, certificateDays, newKeys, reset } = changes;
  const { unprovenKeys = 'allow', unprovenYubikeys = 'refuse' } = changes;
  const all = JSON.parse(readFileSync(inRepository('portal/config/device-policies.json'), 'utf8')) as Policies;
  const policies = Object.fromEntries(Object.entries(all).filter(([model]) => models?.includes(model) ?? true));
  for (const [model, { policy }] of Object.entries(policies)) {
    policy.pinRules = { ...policy.pinRules, ...pinRules };
    if (certificateDays !== undefined) policy.certificateDays = certificateDays;
    if (reset !== undefined) policy.reset = reset;
    policy.unprovenKeys = model === 'piv' ? unprovenKeys : unprovenYubikeys;
    if (newKeys !== undefined) policy.renewedKeys = Object.fromEntries(newKeys.map((slot) => [slot, 'new-key']));
    if (algorithm === undefined) continue;
    policy.slots = { '9A': algorithm, '9C': algorithm, '9D': algorithm, '9E': algorithm };
    if (model === 'piv') policy.slots['9D'] = 'RSA-2048';
  }
  return policies;
}
