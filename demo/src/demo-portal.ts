import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inRepository, VIRTUAL_VENDOR, type Account, type PortalOptions } from '@cardwright/stage';
import type { DemoArguments } from './arguments.js';

export interface DemoAccounts {
  readonly user: Account;
  readonly operator: Account;
}

type Policies = Record<
  string,
  { policy: { unprovenKeys: 'refuse' | 'supervised' | 'allow'; passkeys?: { services: string[] } } }
>;

/** The passkey service by which people log in to the portal. */
const PORTAL_SERVICE = 'portal';

/**
 * The demo's portal, with a new portal's device policies, and its accounts, with fresh random passwords. It trusts the vendor of the
 * virtual cards, whose keys are public, only if no real card can be issued.
 */
export function demoPortal({ device, supervised, profile }: Pick<DemoArguments, 'device' | 'supervised' | 'profile'>): {
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
      env: {
        CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts),
        CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: PORTAL_SERVICE }]),
      },
      // Its iPhones are simulated: the authority that it trusts ends with this process.
      mobile: { organization: 'Example Company' },
      ...(device ? {} : { vendorCertificates: VIRTUAL_VENDOR }),
      ...(supervised ? { policies: supervisedPolicies() } : {}),
      ...(profile === 'yubikey-5.8' ? { policies: policiesWithPasskeys() } : {}),
    },
  };
}

/** The policies of a new portal, except that YubiKeys get a passkey for the portal. */
function policiesWithPasskeys(): Policies {
  const policies = newPolicies();
  const { yubikey } = policies;
  if (yubikey) yubikey.policy.passkeys = { services: [PORTAL_SERVICE] };
  return policies;
}

/** The policies of a new portal, except that YubiKeys do not need their vendor's attestation. */
function supervisedPolicies(): Policies {
  const policies = newPolicies();
  for (const { policy } of Object.values(policies)) policy.unprovenKeys = 'supervised';
  return policies;
}

const newPolicies = (): Policies =>
  JSON.parse(readFileSync(inRepository('portal', 'config', 'device-policies.json'), 'utf8')) as Policies;
