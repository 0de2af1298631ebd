import { describe } from '@jest/globals';
import { Attribute, Change } from 'ldapts';
import { startDirectoryPortal } from '../../integration/portal/ldap/directory-portal.js';
import { BASE, Slapd } from '../../support/ldap/slapd.js';
import { click, fill } from '../../support/page-stage.js';
import { walkThrough, type Way } from './walks.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^Directory corp cannot be used\. .*ECONNREFUSED/);

/** Sign-ins by a directory, OpenLDAP's. Its people give their passwords to the portal's own page. */

const GROUPS = `ou=groups,${BASE}`;
const OPERATORS = `cn=operators,${GROUPS}`;
/** Names and passwords. Only the stranger is not among the entries with which the server begins. */
const PEOPLE = {
  operator: ['ada', 'an engine weaves algebra'],
  user: ['eve', 'flowers and leaves'],
  stranger: ['max', 'nobody knows his groups'],
} as const;

const dnOf = (name: string): string => `uid=${name},ou=people,${BASE}`;

async function start(): Promise<Way> {
  const slapd = await Slapd.start();
  const [stranger, password] = PEOPLE.stranger;
  const entry = { objectClass: 'inetOrgPerson', cn: 'Max', sn: 'Max', userPassword: password };
  await slapd.change((client) => client.add(dnOf(stranger), entry));
  const portal = await startDirectoryPortal(slapd, {
    roles: [
      { group: OPERATORS, role: 'operator' },
      { group: `cn=desk\\2C north,${GROUPS}`, role: 'user' },
    ],
    everyone: [],
    timeout: 10,
  });
  return {
    portal,
    begin: async (page, person) => {
      const [name, given] = PEOPLE[person];
      await fill(page, '>>> #username', name);
      await fill(page, '>>> #password', given);
      await click(page, '>>> #login');
    },
    finish: () => Promise.resolve(),
    setAway: (isAway) => (isAway ? slapd.stopListening() : slapd.listenAgain()),
    demote: () => {
      // A group has a member at least.
      const others = new Attribute({ type: 'member', values: [dnOf('nobody')] });
      return slapd.change((client) =>
        client.modify(OPERATORS, new Change({ operation: 'replace', modification: others })),
      );
    },
    stop: () => portal.remove().then(() => slapd.stop()),
  };
}

describe('a directory', () => walkThrough(start, false));
