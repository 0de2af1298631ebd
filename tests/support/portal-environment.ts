import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  { username: 'oscar', password: 'operate with care', displayName: 'Oscar Operator', role: 'operator' },
] as const;
export const [ALICE, OSCAR] = ACCOUNTS;

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface Policy {
  slots: Record<string, string>;
  pinRules: object;
}

type Policies = Record<string, { policy: Policy }>;

/**
 * How a portal under test is configured: known accounts, the virtual cards' attestation root, and, if given, one
 * algorithm for every slot and changed PIN rules; 9D of a plain PIV card is RSA all the same, since its elliptic curve
 * key could not sign.
 */
export function portalEnvironment(
  algorithm?: 'RSA-2048' | 'P-256',
  more: NodeJS.ProcessEnv = {},
  pinRules: object = {},
): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-policies-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const policies = JSON.parse(readFileSync(inRepository('portal/config/device-policies.json'), 'utf8')) as Policies;
  for (const [model, { policy }] of Object.entries(policies)) {
    policy.pinRules = { ...policy.pinRules, ...pinRules };
    if (algorithm === undefined) continue;
    policy.slots = { '9A': algorithm, '9C': algorithm, '9D': algorithm, '9E': algorithm };
    if (model === 'piv') policy.slots['9D'] = 'RSA-2048';
  }
  const file = join(folder, 'device-policies.json');
  writeFileSync(file, JSON.stringify(policies));
  return {
    CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
    CARDWRIGHT_DEVICE_POLICIES: file,
    CARDWRIGHT_ATTESTATION_ROOTS: inRepository('virtual-card/attestation-root/test-root.pem'),
    ...more,
  };
}
