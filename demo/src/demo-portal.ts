import { randomBytes } from 'node:crypto';
import type { Account } from './portal-user.js';
import { inRepository } from './repository.js';

export interface DemoAccounts {
  readonly user: Account;
  readonly operator: Account;
}

/** Accounts with passwords that nobody knows before, and the environment of a portal that has them. */
export function demoPortal(): { accounts: DemoAccounts; env: NodeJS.ProcessEnv } {
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
    env: {
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts),
      CARDWRIGHT_ATTESTATION_ROOTS: inRepository('virtual-card', 'attestation-root', 'test-root.pem'),
    },
  };
}
