import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE, PORTAL, type Slapd } from '../../../support/ldap/slapd.js';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

/**
 * Starts a portal at which the people of a directory sign in.
 *
 * @param others further members of the directory's setting
 */
export async function startDirectoryPortal(slapd: Slapd, others: object): Promise<TestPortal> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-directory-'));
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const ldap = {
    name: 'corp',
    url: `ldaps://127.0.0.1:${slapd.ports.ldaps}`,
    ca: await file('ca.pem', slapd.certificate),
    bind: { dn: PORTAL.dn, password: { file: await file('password', `${PORTAL.password}\n`) } },
    base: `ou=people,${BASE}`,
    membership: { base: `ou=groups,${BASE}` },
    ...others,
  };
  const portal = await startTestPortal({ CARDWRIGHT_SIGN_IN: JSON.stringify({ ldap }) });
  return { ...portal, remove: () => portal.remove().then(() => rm(folder, { recursive: true })) };
}
