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

/** Of a workplace: more than the tests of a file issue to one user. */
export const DEVICE_LIMIT = 200;

type UnprovenKeys = 'refuse' | 'supervised' | 'allow';

interface Policy {
  reset?: 'allow' | 'refuse';
  unprovenKeys: UnprovenKeys;
  slots: Record<string, string>;
  pinRules: object;
}

type Policies = Record<string, { policy: Policy }>;

export interface PortalChanges {
  /** For every slot; 9D of a plain PIV card is RSA all the same, since its elliptic curve key could not sign. */
  readonly algorithm?: 'RSA-2048' | 'P-256';
  /** The models that it issues; all that there are by default. */
  readonly models?: readonly string[];
  readonly deviceLimit?: number;
  readonly pinRules?: object;
  /** Whether used devices may be erased. */
  readonly reset?: 'allow' | 'refuse';
  /** What happens to plain cards; by default they are issued without an operator. */
  readonly unprovenKeys?: UnprovenKeys;
  /** What happens to YubiKeys that do not prove themselves; by default they are refused, as at a new portal. */
  readonly unprovenYubikeys?: UnprovenKeys;
  /** Makes the certification authority fail as the file of this path says (see failing-authority.mjs); `answer` to begin. */
  readonly authorityControl?: string;
  /** Takes mobile devices, as this says; see `PortalOptions`. By default it does not. */
  readonly mobile?: object;
  /** Seconds that the certification authority may take for one certificate. */
  readonly authorityTimeout?: number;
}

/** A portal under test: known accounts, the virtual cards' vendor, and policies changed as asked. */
export function portalOf(changes: PortalChanges = {}): PortalOptions {
  const { deviceLimit, authorityControl, authorityTimeout, mobile } = changes;
  if (authorityControl !== undefined) writeFileSync(authorityControl, 'answer');
  return {
    policies: policiesOf(changes),
    vendorCertificates: VIRTUAL_VENDOR,
    ...(mobile === undefined ? {} : { mobile }),
    env: {
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
      // One user issues more cards in a test than a person in a year.
      CARDWRIGHT_OPERATIONS_PER_HOUR: '10000',
      CARDWRIGHT_WITNESSES_PER_HOUR: '10000',
      CARDWRIGHT_CARDS_PER_HOUR: '10000',
      CARDWRIGHT_OTHERS_CARDS_PER_HOUR: '10000',
      // A test reads what it has just revoked.
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

/** The members of device policies that `changes` may have changed, by the models that are issued: for a portal that runs already. */
export function policyChanges(changes: PortalChanges): Record<string, object> {
  const ofPolicy = ({ pinRules, reset, unprovenKeys, slots }: Policy): object => ({
    pinRules,
    reset,
    unprovenKeys,
    slots,
  });
  return Object.fromEntries(
    Object.entries(policiesOf(changes)).map(([model, { policy }]) => [model, ofPolicy(policy)]),
  );
}

function policiesOf(changes: PortalChanges): Policies {
  const { algorithm, models, pinRules, reset, unprovenKeys = 'allow', unprovenYubikeys = 'refuse' } = changes;
  const all = JSON.parse(readFileSync(inRepository('portal/config/device-policies.json'), 'utf8')) as Policies;
  const policies = Object.fromEntries(Object.entries(all).filter(([model]) => models?.includes(model) ?? true));
  for (const [model, { policy }] of Object.entries(policies)) {
    policy.pinRules = { ...policy.pinRules, ...pinRules };
    if (reset !== undefined) policy.reset = reset;
    policy.unprovenKeys = model === 'piv' ? unprovenKeys : unprovenYubikeys;
    if (algorithm === undefined) continue;
    policy.slots = { '9A': algorithm, '9C': algorithm, '9D': algorithm, '9E': algorithm };
    if (model === 'piv') policy.slots['9D'] = 'RSA-2048';
  }
  return policies;
}
