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

/** Name of the passkey service with which users sign in to the portal. */
const PORTAL_SERVICE = 'portal';

/**
 * Returns the options of the demo's portal, and its accounts with new random passwords. The portal has the device policies of a new portal, with the
 * changes that the arguments ask for. With `device`, real cards can be issued. The portal then does not trust the vendor of the virtual cards,
 * because everyone knows that vendor's private keys.
 *
 * @param signIn the setting `sign-in` if people sign in at a provider; the portal then has no local accounts
 */
export function demoPortal(
  { device, supervised, profile }: Pick<DemoArguments, 'device' | 'supervised' | 'profile'>,
  signIn: object | null = null,
): {
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
  const withPasskeys = profile === 'yubikey-5.8';
  return {
    accounts: { user, operator },
    options: {
      env: {
        // Names that people of a provider have are not also those of local accounts.
        CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(signIn ? [] : accounts),
        ...(signIn && { CARDWRIGHT_SIGN_IN: JSON.stringify(signIn) }),
        CARDWRIGHT_ACTING_ALONE: 'allowed',
        CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: PORTAL_SERVICE }]),
      },
      // The demo's iPhones are simulated. The authority that the portal trusts for them exists only in this process.
      mobile: { organization: 'Example Company' },
      ...(device ? {} : { vendorCertificates: VIRTUAL_VENDOR }),
      ...(supervised || withPasskeys ? { policies: newPolicies({ supervised, withPasskeys }) } : {}),
    },
  };
}

interface Changes {
  /** Set if an operator's approval replaces a missing attestation. */
  readonly supervised: boolean;
  /** Set if YubiKeys get a passkey for the portal. */
  readonly withPasskeys: boolean;
}

/** Returns the device policies of a new portal, with changes. */
function newPolicies({ supervised, withPasskeys }: Changes): Policies {
  const file = inRepository('portal', 'config', 'device-policies.json');
  const policies = JSON.parse(readFileSync(file, 'utf8')) as Policies;
  if (supervised) for (const { policy } of Object.values(policies)) policy.unprovenKeys = 'supervised';
  const { yubikey } = policies;
  if (withPasskeys && yubikey) yubikey.policy.passkeys = { services: [PORTAL_SERVICE] };
  return policies;
}
