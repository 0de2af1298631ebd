import { startProviderPortal } from '../../integration/portal/oidc/provider-portal.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';

/** Name of the provider in the portal's settings. */
export const WORK = 'work';

/** Starts a portal at which people sign in at one provider: its operators with the roles of both groups, its staff as users, and nobody else. */
export const startWorkPortal = (
  issuer: string,
  client: { readonly id: string; readonly secret: string },
): Promise<TestPortal> =>
  startProviderPortal([
    {
      name: WORK,
      title: 'your work account',
      issuer,
      clientId: client.id,
      secret: client.secret,
      roles: [
        { group: 'operators', role: 'operator' },
        { group: 'staff', role: 'user' },
      ],
      everyone: [],
      timeout: 10,
    },
  ]);
