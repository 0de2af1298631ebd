import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inRepository, VIRTUAL_VENDOR, type Account, type PortalOptions } from '@cardwright/stage';
import type { DemoArguments } from './arguments.js';

export interface DemoAccounts {
  readonly user: Account;
  readonly operator: Account;
}

type Policies = Record<string, { policy: { unprovenKeys: 'refuse' | 'supervised' | 'allow' } }>;

/**
 * The demo's portal, with a new portal's device policies, and its accounts, with passwords that nobody knows before. It trusts the
 * vendor of the virtual cards, whose keys are public, only where no real card can be issued.
 */
export function demoPortal({ device, supervised }: Pick<DemoArguments, 'device' | 'supervised'>): {
  accounts: DemoAccounts;
  options: PortalOptions;
} {
  const user = { username: 'alice', password: randomBytes(9).toString('base64url') };
  const operator = { username: 'oscar', password: randomBytes(9).toString('base64url') };
  const accounts = [
    {
      ...user,
      displayName: 'Alice Adams',
      role: 'user',
      email: 'alice@corp.example',
      upn: 'alice@corp.example',
      sid: 'S-1-5-21-1004336348-1177238915-682003330-1104',
    },
    { ...operator, displayName: 'Oscar Operator', role: 'operator' },
  ];
  return {
    accounts: { user, operator },
    options: {
      env: { CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts) },
      ...(device ? {} : { vendorCertificates: VIRTUAL_VENDOR }),
      ...(supervised ? { policies: supervisedPolicies() } : {}),
    },
  };
}

/** As a new portal has them, except that YubiKeys do not need their vendor's attestation. */
function supervisedPolicies(): Policies {
  const file = inRepository('portal', 'config', 'device-policies.json');
  const policies = JSON.parse(readFileSync(file, 'utf8')) as Policies;
  for (const { policy } of Object.values(policies)) policy.unprovenKeys = 'supervised';
  return policies;
}
