import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Attribute, Change } from 'ldapts';
import { parse } from 'valibot';
import { isBound, withConnection } from '../../../../portal/src/server/login/ldap/connection.js';
import { DirectoryAway, DirectoryMisfit } from '../../../../portal/src/server/login/ldap/directory-errors.js';
import { Directory } from '../../../../portal/src/server/login/ldap/directory.js';
import { writtenDirectory, type DirectorySettings } from '../../../../portal/src/server/login/ldap/settings.js';
import { BASE, PORTAL, Slapd } from '../../../support/ldap/slapd.js';

const PASSWORD = 'an engine weaves algebra';
const PEOPLE = `ou=people,${BASE}`;

let slapd: Slapd;
beforeAll(async () => {
  slapd = await Slapd.start();
});
afterAll(() => slapd.stop());

const settings = (changes: Partial<DirectorySettings> = {}): DirectorySettings => ({
  ...parse(writtenDirectory, {
    name: 'corp',
    url: `ldaps://127.0.0.1:${slapd.ports.ldaps}`,
    bind: { dn: PORTAL.dn, password: { file: '/not/read' } },
    base: PEOPLE,
    filter: '(&(objectClass=person)(!(employeeType=left)))',
    membership: { base: `ou=groups,${BASE}` },
  }),
  bind: PORTAL,
  ca: slapd.certificate,
  ...changes,
});
const directory = (changes: Partial<DirectorySettings> = {}): Directory => new Directory(settings(changes));
const withStartTls = () => ({ url: `ldap://127.0.0.1:${slapd.ports.ldap}` });

const ADA = {
  issuer: 'ldap:corp',
  subject: expect.stringMatching(/^[\da-f-]{36}$/),
  username: 'ada',
  displayName: 'Ada Lovelace',
  email: 'ada@corp.test',
  upn: null,
  sid: null,
  groups: [`cn=operators,ou=groups,${BASE}`, `cn=desk\\2C north,ou=groups,${BASE}`],
};

describe.each([
  ['ldaps', () => ({})],
  ['StartTLS', withStartTls],
])('a directory by %s', (_, changes) => {
  it('says who has a password, and in which groups', async () => {
    await expect(directory(changes()).findByPassword('ada', PASSWORD)).resolves.toEqual(ADA);
    await expect(directory(changes()).findByPassword('ADA', PASSWORD)).resolves.toEqual(ADA);
  });

  it.each([
    ['a wrong password', 'ada', 'a guess'],
    // The server itself answers such a bind with success.
    ['an empty password', 'ada', ''],
    ['a name that nobody has', 'nobody', PASSWORD],
    ['a name that nobody has, and no password', 'nobody', ''],
    ['a person whom the filter leaves out', 'eve', 'flowers and leaves'],
    ['a pattern', '*', PASSWORD],
    ['the beginning of a name, and a pattern', 'ad*', PASSWORD],
    ['a name that closes the filter', 'x)(uid=ada', PASSWORD],
    ['a name that closes all filters', 'ada)(|(uid=*', PASSWORD],
    ['an escaped letter', String.raw`\61da`, PASSWORD],
    ['a name with NUL', 'ada\0', PASSWORD],
    ['a distinguished name', `uid=ada,${PEOPLE}`, PASSWORD],
    ['no name', '', PASSWORD],
    // OpenLDAP, as Active Directory, takes these names for `ada` (RFC 4518, 2.2 and 2.3). Guesses would be counted for each apart.
    ['a full-width letter', '\uFF41da', PASSWORD],
    ['an ordinal indicator', '\u00AAda', PASSWORD],
    ['a circled letter', '\u24D0da', PASSWORD],
    ['a byte order mark within', 'a\uFEFFda', PASSWORD],
    ['a zero-width space', 'ada\u200B', PASSWORD],
    ['a soft hyphen', 'a\u00ADda', PASSWORD],
    ['a variation selector', 'ada\uFE0F', PASSWORD],
  ])('refuses %s', async (_what, username, password) => {
    await expect(directory(changes()).findByPassword(username, password)).resolves.toBeUndefined();
  });
});

describe('a directory', () => {
  it('finds a person again after another name, and no longer after they have left', async () => {
    const person = { objectClass: 'inetOrgPerson', cn: 'Grace', sn: 'Hopper', userPassword: 'nanoseconds of wire' };
    await slapd.change((client) => client.add(`uid=grace,${PEOPLE}`, person));
    const grace = await directory().findByPassword('grace', person.userPassword);
    const again = () => directory().find(grace?.subject ?? '');
    await expect(again()).resolves.toEqual(grace);
    await slapd.change((client) => client.modifyDN(`uid=grace,${PEOPLE}`, 'uid=hopper'));
    await expect(again()).resolves.toEqual({ ...grace, username: 'hopper' });
    const left = new Attribute({ type: 'employeeType', values: ['left'] });
    const change = new Change({ operation: 'add', modification: left });
    await slapd.change((client) => client.modify(`uid=hopper,${PEOPLE}`, change));
    await expect(again()).resolves.toBeUndefined();
    await slapd.change((client) => client.del(`uid=hopper,${PEOPLE}`));
    await expect(again()).resolves.toBeUndefined();
    await expect(directory().find('*')).resolves.toBeUndefined();
  });

  it('gives no person for a name that two have', async () => {
    const other = { objectClass: 'inetOrgPerson', uid: 'ada', cn: 'Another Ada', sn: 'Ada', userPassword: 'a' };
    await slapd.change((client) => client.add(`cn=Another Ada,${PEOPLE}`, other));
    await expect(directory().findByPassword('ada', PASSWORD)).rejects.toThrow(DirectoryMisfit);
    await slapd.change((client) => client.del(`cn=Another Ada,${PEOPLE}`));
  });

  it.each([
    ['refuses the account of the portal', () => ({ bind: { ...PORTAL, password: 'old' } })],
    ['refuses it without a password', () => ({ bind: { ...PORTAL, password: '' } })],
    ['has no such base', () => ({ base: 'ou=nowhere,dc=corp,dc=test' })],
    ['has no identifier for people', () => ({ attributes: { ...settings().attributes, subject: 'employeeNumber' } })],
  ] as const)('that %s is reported', async (_, changes) => {
    await expect(directory(changes()).findByPassword('ada', PASSWORD)).rejects.toThrow(DirectoryMisfit);
  });

  it('is asked without a person, and then reports the same', async () => {
    await expect(directory().probe()).resolves.toBeUndefined();
    const refused = directory({ bind: { ...PORTAL, password: 'old' } });
    await expect(refused.probe()).rejects.toThrow(DirectoryMisfit);
    await expect(directory({ base: 'ou=nowhere,dc=corp,dc=test' }).probe()).rejects.toThrow(DirectoryMisfit);
  });
});

describe('a server that nobody vouches for', () => {
  it.each([
    ['by ldaps', () => ({ ca: undefined })],
    ['by StartTLS', () => ({ ...withStartTls(), ca: undefined })],
  ])('gets no password %s', async (_, changes) => {
    await expect(directory(changes()).findByPassword('ada', PASSWORD)).rejects.toThrow(DirectoryAway);
  });
});

describe('a man in the middle', () => {
  let server: Server;
  const sockets: Socket[] = [];
  const heard: Buffer[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    heard.length = 0;
    server.close();
    await once(server, 'close');
  });

  async function listen(answer: (socket: Socket, first: Buffer) => void): Promise<Partial<DirectorySettings>> {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', (first) => {
        heard.push(first);
        answer(socket, first);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `ldap://127.0.0.1:${port}`, timeout: 2 };
  }

  /** Answers of a server to the first message, which asks for StartTLS: an ExtendedResponse with a result code (RFC 4511, 4.12). */
  const extendedResponse = (request: Buffer, code: number) =>
    Buffer.from([0x30, 12, 2, 1, request[MESSAGE_ID] ?? 0, 0x78, 7, 10, 1, code, 4, 0, 4, 0]);
  /** Place of the message's number in a message of less than 128 bytes. */
  const MESSAGE_ID = 4;
  const SUCCESS = 0;
  const UNAVAILABLE = 52;
  const isOnlyStartTls = () =>
    heard.every((message) => message.includes('1.3.6.1.4.1.1466.20037') && !message.includes(PORTAL.password));

  it('who takes TLS away hears no password', async () => {
    const changes = await listen((socket, first) => {
      socket.on('data', (more) => heard.push(more));
      socket.write(extendedResponse(first, UNAVAILABLE));
    });
    await expect(directory(changes).findByPassword('ada', PASSWORD)).rejects.toThrow();
    expect(heard).toHaveLength(1);
    expect(isOnlyStartTls()).toBe(true);
  });

  it('who ends the connection once it is on TLS hears no password on another one', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const changes = await listen((socket, first) => {
      socket.write(extendedResponse(first, SUCCESS));
      const secure = new TLSSocket(socket, { isServer: true, cert: slapd.certificate, key: slapd.key });
      secure.on('error', () => undefined);
      secure.once('close', end);
      secure.once('secure', () => secure.end());
    });
    const signIn = withConnection({ ...settings(), ...changes }, async (client) => {
      await ended;
      return isBound(client, PORTAL.dn, PORTAL.password);
    });
    await expect(signIn).rejects.toThrow(DirectoryAway);
    expect(sockets).toHaveLength(1);
    expect(isOnlyStartTls()).toBe(true);
  });

  it('who says nothing is left after the time that the settings give', async () => {
    const changes = await listen(() => undefined);
    await expect(directory(changes).findByPassword('ada', PASSWORD)).rejects.toThrow(/within 2 seconds/);
  });
});
