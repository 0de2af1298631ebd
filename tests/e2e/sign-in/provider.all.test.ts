import { describe } from '@jest/globals';
import { CLIENT, IdentityProvider } from '../../../demo/src/identity-provider.js';
import { click, openPage } from '../../support/page-stage.js';
import { walkThrough, type Way } from './walks.js';
import { startWorkPortal, WORK } from './work-portal.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^oidc-provider (WARNING|NOTICE): /, /^Provider work cannot be used\. /);

/** Sign-ins at `oidc-provider`, which is another site than the portal. */

const GROUPS = { operator: ['operators', 'staff'], user: ['staff'], stranger: ['guests'] };

async function start(): Promise<Way> {
  const provider = await IdentityProvider.start('127.0.0.1');
  const portal = await startWorkPortal(provider.issuer, CLIENT);
  provider.serve(portal.origin, WORK);
  provider.asks = true;
  for (const [name, groups] of Object.entries(GROUPS))
    provider.people.set(name, { sub: name, preferred_username: name, groups });
  return {
    portal,
    begin: (page) => click(page, '>>> .provider'),
    finish: (page, person) => click(page, `button[value=${person}]`),
    setAway: (isAway) => {
      provider.isDown = isAway;
      return Promise.resolve();
    },
    demote: () => {
      provider.people.set('operator', { sub: 'operator', preferred_username: 'operator', groups: ['staff'] });
      return Promise.resolve();
    },
    signOutThere: async (browser) => {
      const page = await openPage(browser, `${provider.issuer}/session/end`);
      await page.waitForFunction(() => location.pathname === '/session/end/success');
      await page.close();
    },
    stop: () => portal.remove().then(() => provider.stop()),
  };
}

describe('oidc-provider', () => walkThrough(start, true));
