import { describe, expect } from '@jest/globals';
import { CLIENT, LemonLdap, type Groups } from '../../support/oidc/lemonldap.js';
import { click, fill, openPage, waitFor } from '../../support/page-stage.js';
import { walkThrough, type Way } from './walks.js';
import { startWorkPortal, WORK } from './work-portal.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^Provider work cannot be used\. /);

/** Sign-ins at a second real provider, LemonLDAP::NG. Its pages, errors and tokens differ from those of the demo's provider. */

const GROUPS: Groups = { operators: ['dwho'], staff: ['dwho', 'rtyler'] };
const PEOPLE = { operator: 'dwho', user: 'rtyler', stranger: 'msmith' } as const;

async function start(): Promise<Way> {
  const provider = await LemonLdap.start();
  const portal = await startWorkPortal(provider.issuer, CLIENT);
  await provider.serve(portal.origin, WORK, GROUPS);
  return {
    portal,
    begin: (page) => click(page, '>>> .provider'),
    finish: async (page, person) => {
      await waitFor(page, '#userfield');
      expect(new URL(page.url()).hostname).toBe('127.0.0.1');
      await fill(page, '#userfield', PEOPLE[person]);
      await fill(page, '#passwordfield', PEOPLE[person]);
      await page.$eval('#passwordfield', (field) => field instanceof HTMLInputElement && field.form?.requestSubmit());
    },
    setAway: (isAway) => {
      provider.isDown = isAway;
      return Promise.resolve();
    },
    // Its sessions keep the groups with which they began. So an administrator ends them there.
    demote: async () => {
      await provider.regroup({ ...GROUPS, operators: [] });
      provider.endSessions();
    },
    signOutThere: async (browser) => {
      const page = await openPage(browser, `${provider.issuer}?logout=1`);
      await page.close();
    },
    stop: () => portal.remove().then(() => provider.stop()),
  };
}

describe('LemonLDAP::NG', () => walkThrough(start, true));
