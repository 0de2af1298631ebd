import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '@cardwright/stage';
import { Client } from 'ldapts';

export const BASE = 'dc=corp,dc=test';
/** The account with which the portal searches. */
export const PORTAL = { dn: `cn=portal,${BASE}`, password: 'what the portal knows' };
const ADMIN = { dn: `cn=admin,${BASE}`, password: 'what the administrator knows' };

/** The entries at the start. `ada` is in two groups, and `eve` has the number of a person who left. */
const ENTRIES = `
dn: ${BASE}
objectClass: dcObject
objectClass: organization
dc: corp
o: Corp

dn: ${PORTAL.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: portal
userPassword: ${PORTAL.password}

dn: ou=people,${BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${BASE}
objectClass: organizationalUnit
ou: groups

dn: uid=ada,ou=people,${BASE}
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@corp.test
userPassword: an engine weaves algebra

dn: uid=eve,ou=people,${BASE}
objectClass: inetOrgPerson
uid: eve
cn: Eve
sn: Eve
employeeType: left
userPassword: flowers and leaves

dn: cn=operators,ou=groups,${BASE}
objectClass: groupOfNames
cn: operators
member: uid=ada,ou=people,${BASE}

dn: cn=desk\\, north,ou=groups,${BASE}
objectClass: groupOfNames
cn: desk, north
member: uid=ada,ou=people,${BASE}
member: uid=eve,ou=people,${BASE}
`;

/** OpenLDAP's server on loopback, as lenient as a server can be: it answers a bind without a password with success, and needs no TLS. */
export class Slapd {
  #server: ChildProcess | undefined;

  private constructor(
    private readonly begin: () => ChildProcess,
    private readonly folder: string,
    readonly ports: { readonly ldap: number; readonly ldaps: number },
    /** Its certificate, which it has signed itself. PEM. */
    readonly certificate: string,
    /** The private key of the certificate. PEM. */
    readonly key: string,
  ) {}

  static async start(): Promise<Slapd> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-slapd-'));
    const file = (name: string) => path.join(folder, name);
    mkdirSync(file('data'));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key.pem')];
    execFileSync('openssl', ['req', '-x509', ...newKey, '-out', file('cert.pem'), '-days', '2', ...subject], {
      stdio: 'ignore',
    });
    writeFileSync(file('slapd.conf'), configuration(file));
    writeFileSync(file('entries.ldif'), ENTRIES);
    execFileSync('/usr/sbin/slapadd', ['-f', file('slapd.conf'), '-l', file('entries.ldif')], { stdio: 'ignore' });
    const ports = { ldap: await freePort(), ldaps: await freePort() };
    const addresses = `ldap://127.0.0.1:${ports.ldap} ldaps://127.0.0.1:${ports.ldaps}`;
    const begin = () =>
      spawn('/usr/sbin/slapd', ['-d', '0', '-f', file('slapd.conf'), '-h', addresses], { stdio: 'ignore' });
    const read = (name: string) => readFileSync(file(name), 'utf8');
    const slapd = new Slapd(begin, folder, ports, read('cert.pem'), read('key.pem'));
    await slapd.listenAgain();
    return slapd;
  }

  /** Starts the server, on the same ports as before. */
  async listenAgain(): Promise<void> {
    this.#server = this.begin();
    const answers = () =>
      this.change(() => Promise.resolve()).then(
        () => true,
        () => false,
      );
    await until(answers, { what: 'an answer of slapd' });
  }

  /** Ends the server. Its entries stay. */
  async stopListening(): Promise<void> {
    const server = this.#server;
    if (server?.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  }

  /** Changes entries, as an administrator of the directory. */
  async change(work: (client: Client) => Promise<unknown>): Promise<void> {
    const client = new Client({ url: `ldap://127.0.0.1:${this.ports.ldap}` });
    try {
      await client.bind(ADMIN.dn, ADMIN.password);
      await work(client);
    } finally {
      await client.unbind();
    }
  }

  async stop(): Promise<void> {
    await this.stopListening();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const configuration = (file: (name: string) => string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_dn
TLSCertificateFile ${file('cert.pem')}
TLSCertificateKeyFile ${file('key.pem')}
database mdb
maxsize 10485760
suffix "${BASE}"
rootdn "${ADMIN.dn}"
rootpw "${ADMIN.password}"
directory ${file('data')}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${PORTAL.dn}" read by anonymous auth by * none
`;

/** Returns a port of loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
