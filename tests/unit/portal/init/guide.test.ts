import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { guide } from '../../../../portal/src/server/commands/init/guide.js';
import type { Given } from '../../../../portal/src/server/commands/init/options.js';
import { Answers } from '../../../../portal/src/server/commands/init/question.js';
import { atTerminal } from '../../../../portal/src/server/commands/init/terminal.js';
import { linesOf } from '../../../../portal/src/server/settings/add-to-toml.js';
import { readSettings } from '../../../../portal/src/server/settings/read-settings.js';
import { SettingsFolder } from '../settings/settings-folder.js';
import { ScriptedTerminal } from './scripted-terminal.js';

const PASSWORD = 'correct horse battery';
type Script = (readonly [string, string])[];

let folder: SettingsFolder;
/** Set while the authority has its name, so that nobody is asked for one. */
let hasKeys = true;
beforeEach(() => {
  hasKeys = true;
  folder = new SettingsFolder();
});
afterEach(() => folder.remove());

const scene = (environment: NodeJS.ProcessEnv = {}) => ({
  present: { ...readSettings(folder.environment(environment)), CARDWRIGHT_KEYS: '' },
  folder: folder.path,
  hasKeys,
  addsSettings: true,
});

/** What is added where there is one administrator, who is made here. */
const ALONE = 'acting-alone = "allowed"';

/** Answers the questions of the guide by a script. Nothing may be written meanwhile. */
async function walk(script: Script, given: Given = {}, environment: NodeJS.ProcessEnv = {}) {
  const before = readdirSync(folder.path);
  const terminal = new ScriptedTerminal(script);
  const say = (line: string) => terminal.output.write(`${line}\r\n`);
  const plan = await atTerminal(terminal, (ask) => guide(new Answers(given, { ask, say }), scene(environment)));
  expect([terminal.missing, terminal.hasLeaked, readdirSync(folder.path)]).toEqual([[], false, before]);
  return { plan, shown: terminal.shown, added: plan.additions.flatMap(linesOf) };
}

/** Uses options alone, as a script does. */
const order = (given: Given, environment: NodeJS.ProcessEnv = {}) =>
  guide(new Answers(given, undefined), scene(environment));
const passwordFile = () => folder.write('password', `${PASSWORD}\n`);

const ACCOUNT: Script = [
  ['First administrator [local]: ', '\r'],
  ['User name [admin]: ', 'olga\r'],
  ['Full name [Administrator]: ', 'Olga Operator\r'],
  ['Password of olga: ', `${PASSWORD}\r`],
  ['again: ', `${PASSWORD}\r`],
];
const END: Script = [
  ["Vendors' certificates [skip]: ", '\r'],
  ['Do this? [yes]: ', '\r'],
];

/** A PostgreSQL server that asks for the password in the clear, and refuses it with a message (PostgreSQL 17, 53.7). */
function createPostgres(messageFor: (password: string) => string): net.Server {
  const message = (type: string, content: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + content.length);
    return Buffer.concat([Buffer.from(type), length, content]);
  };
  return net.createServer((socket) => {
    // AuthenticationCleartextPassword
    socket.once('data', () => {
      socket.write(message('R', Buffer.from([0, 0, 0, 3])));
      socket.once('data', (answer) => {
        const password = answer.subarray(5, -1).toString();
        const text = `SFATAL\0CXX000\0M${messageFor(password)}\0\0`;
        socket.end(message('E', Buffer.from(text)));
      });
    });
    socket.on('error', () => socket.destroy());
  });
}

describe('the guide', () => {
  it('asks for one thing after the other, with a default and a purpose, and shows what it will write', async () => {
    const { plan, shown, added } = await walk([
      ['Address of the portal [', 'https://portal.example.com/\r'],
      ['Database [embedded]: ', '\r'],
      ['Addresses of the proxy [127.0.0.1]: ', '\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toEqual(['origin = "https://portal.example.com"', 'trusted-proxies = ["127.0.0.1"]', ALONE]);
    expect(plan.account).toEqual({
      username: 'olga',
      displayName: 'Olga Operator',
      password: PASSWORD,
      role: 'operator',
    });
    for (const line of [...added, `Into ${folder.path}/portal.toml`, 'the administrator olga'])
      expect(shown).toContain(line);
    expect(shown).toContain('The address that people open');
    expect(shown).not.toContain(PASSWORD);
  });

  it('asks for no proxy of a portal for this computer alone', async () => {
    const { added } = await walk([
      ['Address of the portal [', 'http://localhost:8080\r'],
      ['Database [embedded]: ', '\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toEqual(['origin = "http://localhost:8080"', ALONE]);
  });

  it('asks where to listen if the proxy is on another computer', async () => {
    const { added } = await walk([
      ['Address of the portal [', 'https://portal.example.com\r'],
      ['Database [embedded]: ', '\r'],
      ['Addresses of the proxy [127.0.0.1]: ', '10.0.0.0/8\r'],
      ['Address to listen on [', '203.0.113.7\r'],
      ['expected an address of this computer', ''],
      ['Address to listen on [', '0.0.0.0\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toContain('host = "0.0.0.0"');
  });

  it('asks for nothing that is set already, wherever it is set', async () => {
    folder.write('portal.toml', 'origin = "https://portal.example.com"\n');
    folder.write('portal.env', 'CARDWRIGHT_TRUSTED_PROXIES=10.0.0.1\n');
    const { added } = await walk([['Database [embedded]: ', '\r'], ...ACCOUNT, ...END], {}, { HOST: '127.0.0.1' });
    expect(added).toEqual([ALONE]);
  });

  it.each([
    ['portal.example.com', 'expected an https origin'],
    ['http://portal.example.com', 'expected an https origin'],
    ['https://portal.example.com/cards', 'expected an https origin'],
    ['https://192.0.2.1', 'expected a name, because browsers have no passkeys for an IP address'],
    ['https://a"\t\u0007.example', 'it has characters that cannot be typed'],
    ['https://user:MARKED@a.example', 'expected an https origin'],
  ])('says at once what is wrong with the address %j, and asks again', async (wrong, words) => {
    const { added, shown } = await walk([
      ['Address of the portal [', `${wrong}\r`],
      [`That does not fit: ${words}`, ''],
      ['Address of the portal [', 'http://localhost:8080\r'],
      ['Database [embedded]: ', '\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toEqual(['origin = "http://localhost:8080"', ALONE]);
    expect(shown).not.toContain('\u0007');
  });

  it.each([
    ['mysql://db/cards', 'expected "embedded" or an address like postgres://'],
    ['cards', 'expected "embedded" or an address like postgres://'],
    ['postgres://olga@db/x?password=MARKED', 'expected the password before the host'],
    ['postgres://olga:MARKED%zz@db/x', 'expected %25 in place of each %'],
    ['postgres://olga:MARKED@127.0.0.1:1/x', 'it cannot be opened: no PostgreSQL server listens there'],
    ['postgres://olga:MARKED@no-such-name.invalid/x', 'it cannot be opened: '],
  ])('does not take the database %j, and shows no password', async (wrong, words) => {
    const { added, shown } = await walk([
      ['Address of the portal [', 'http://localhost:8080\r'],
      ['Database [embedded]: ', `${wrong}\r`],
      [`That does not fit: ${words}`, ''],
      ['Database [embedded]: ', 'embedded\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toHaveLength(2);
    expect(shown).not.toContain('MARKED');
  });

  it('asks for the password of a database without showing it', async () => {
    const { shown } = await walk([
      ['Address of the portal [', 'http://localhost:8080\r'],
      ['Database [embedded]: ', 'postgres://olga@127.0.0.1:1/x\r'],
      ['Password of olga [none]: ', 'MARKED\r'],
      ['no PostgreSQL server listens there', ''],
      ['Database [embedded]: ', '\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(shown).not.toContain('MARKED');
  });

  it('shows nothing of a password that a server sends back, and lets it control no terminal', async () => {
    const server = createPostgres((password) => `\u001b[2J\u0007"${password}" is not what I expected`);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { shown } = await walk([
        ['Address of the portal [', 'http://localhost:8080\r'],
        ['Database [embedded]: ', `postgres://olga@127.0.0.1:${port}/x\r`],
        ['Password of olga [none]: ', 'MARKED @/:%41\r'],
        ['That does not fit: it cannot be opened: ', ''],
        ['"***" is not what I expected', ''],
        ['Database [embedded]: ', '\r'],
        ...ACCOUNT,
        ...END,
      ]);
      expect(shown.replaceAll('\r\n', '')).not.toMatch(/MARKED|\p{Cc}/u);
    } finally {
      server.close();
    }
  });

  it.each([
    ['10.0.0.0/0', 'expected addresses and networks'],
    ['proxy.example.com', 'expected addresses and networks'],
  ])('does not trust %s as a proxy', async (wrong, words) => {
    const { added } = await walk([
      ['Address of the portal [', 'https://portal.example.com\r'],
      ['Database [embedded]: ', '\r'],
      ['Addresses of the proxy [127.0.0.1]: ', `${wrong}\r`],
      [words, ''],
      ['Addresses of the proxy [127.0.0.1]: ', 'none\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(added).toEqual(['origin = "https://portal.example.com"', ALONE]);
  });

  it('takes no password with a name of the address that was just given', async () => {
    const { shown } = await walk([
      ['Address of the portal [', 'https://rocket.example.com\r'],
      ['Database [embedded]: ', '\r'],
      ['Addresses of the proxy [127.0.0.1]: ', '\r'],
      ...ACCOUNT.slice(0, 3),
      ['Password of olga: ', 'a rocket that flies\r'],
      ['It contains what is guessed first.', ''],
      ['Password of olga: ', `${PASSWORD}\r`],
      ['again: ', `${PASSWORD}\r`],
      ...END,
    ]);
    expect(shown).not.toContain('flies');
  });

  const QUESTIONS: Script = [
    ['Address of the portal [', 'https://portal.example.com\r'],
    ['Database [embedded]: ', '\r'],
    ['Addresses of the proxy [127.0.0.1]: ', '\r'],
    ...ACCOUNT,
    ...END,
  ];
  it.each(QUESTIONS.map(([question], index) => [question, index] as const))(
    'changes nothing if the person presses Ctrl-C at "%s"',
    async (question, index) => {
      const before = readdirSync(folder.path);
      const script: Script = [...QUESTIONS.slice(0, index), [question, '\u0003']];
      await expect(walk(script)).rejects.toThrow('cancelled. Nothing was changed');
      expect(readdirSync(folder.path)).toEqual(before);
    },
  );

  it('changes nothing if the person says no in the end', async () => {
    const script: Script = [...QUESTIONS.slice(0, -1), ['Do this? [yes]: ', 'maybe\r'], ['Do this? [yes]: ', 'no\r']];
    await expect(walk(script)).rejects.toThrow('cancelled. Nothing was changed');
  });
});

describe("vendors' certificates", () => {
  const asked = (place: string, words: string): Script => [
    ['Database [embedded]: ', '\r'],
    ...ACCOUNT,
    ["Vendors' certificates [skip]: ", `${place}\r`],
    [words, ''],
    ...END,
  ];
  beforeEach(() => {
    folder.write('portal.toml', 'origin = "http://localhost:8080"\n');
  });

  it.each(['missing', 'empty', 'hostile', 'hostile/text.pem', '/dev/zero'])('does not take %s', async (name) => {
    mkdirSync(path.join(folder.path, 'empty'));
    mkdirSync(path.join(folder.path, 'hostile'));
    writeFileSync(
      path.join(folder.path, 'hostile', 'text.pem'),
      '-----BEGIN CERTIFICATE-----\nQUFB\n-----END CERTIFICATE-----\n',
    );
    const { plan } = await walk(asked(path.resolve(folder.path, name), 'That does not fit: '));
    expect(plan.vendors).toBeNull();
  });
});

describe('a provider', () => {
  let server: Server;
  let issuer: string;
  let stated: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/.well-known/openid-configuration') response.statusCode = 404;
      response.end(
        JSON.stringify({ issuer: stated, authorization_endpoint: `${issuer}a`, token_endpoint: `${issuer}t` }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    stated = issuer;
    folder.write('portal.toml', 'origin = "https://portal.example.com"\ntrusted-proxies = ["127.0.0.1"]\n');
  });

  const script = (answer: string): Script => [
    ['Database [embedded]: ', '\r'],
    ['First administrator [local]: ', 'provider\r'],
    ['Name of the provider [work]: ', 'Work "x"\r'],
    ['That does not fit: expected small letters, digits and dashes, 40 at most.', ''],
    ['Name of the provider [work]: ', '\r'],
    ['https://portal.example.com/sign-in/work', ''],
    ['Issuer: ', 'http://login.example.com\r'],
    ['That does not fit: expected an https address', ''],
    ['Issuer: ', 'http://127.0.0.1:1/\r'],
    ['does not answer there as an OpenID Provider', ''],
    ['Issuer: ', `${answer}\r`],
    ['Client id: ', '\r'],
    ['an answer is needed', ''],
    ['Client id: ', 'cardwright "portal" \\\r'],
    ['Client secret: ', 'MARKED\r'],
    ['Group of the administrators: ', 'cn=admins,dc=example\r'],
    ['Title of the provider [your work account]: ', '\r'],
    ...END,
  ];

  it('is really asked, and its secret is shown nowhere', async () => {
    const { plan, shown, added } = await walk(script(issuer.slice(0, -1)));
    const secretFile = path.join(folder.path, 'work.secret');
    expect(added).toEqual([
      '[[sign-in.oidc]]',
      'name = "work"',
      'title = "your work account"',
      // The provider has the slash.
      `issuer = "${issuer}"`,
      String.raw`clientId = "cardwright \"portal\" \\"`,
      `credential = { secretFile = "${secretFile}" }`,
      'roles = [{ group = "cn=admins,dc=example", role = "administrator" }]',
    ]);
    expect(plan).toMatchObject({ account: null, secrets: [{ path: secretFile, content: 'MARKED' }] });
    expect(shown + added.join()).not.toContain('MARKED');
  });

  it('can be given by options alone, and is refused by the option that does not fit', async () => {
    const given = { issuer, 'client-id': 'x', 'client-secret-file': 'MARKED', administrators: 'admins' };
    expect(await order(given)).toMatchObject({ account: null, redirectUri: 'https://portal.example.com/sign-in/work' });
    stated = 'https://another.example';
    await expect(order(given)).rejects.toThrow(/^--issuer: the provider does not answer there/);
    await expect(order({ ...given, provider: 'a/b' })).rejects.toThrow(
      /^--provider: expected small letters, digits and dashes/,
    );
  });

  it('that is set already is taken as it is', async () => {
    folder.write('secret', 'MARKED');
    const entry = `name = "work"\ntitle = "w"\nissuer = "${issuer}"\nclientId = "x"\ncredential = { secretFile = "${folder.path}/secret" }\nroles = [{ group = "a", role = "administrator" }]\n`;
    folder.write('portal.toml', `origin = "http://localhost:8080"\n[[sign-in.oidc]]\n${entry}`);
    const { added } = await walk([['Database [embedded]: ', '\r'], ['First administrator [provider]: ', '\r'], ...END]);
    expect(added).toEqual([]);
    const same = { issuer: issuer.slice(0, -1), 'client-id': 'x', 'client-secret-file': 'x', administrators: 'a' };
    expect(await order(same)).toMatchObject({ additions: [], secrets: [], account: null });
    await expect(order({ ...same, 'client-id': 'y' })).rejects.toThrow(
      'portal.toml:2: sign-in is set already. Nothing was changed',
    );
  });

  it('is asked for only where none can be there: other ways to sign in give an account', async () => {
    folder.write('portal.toml', 'origin = "http://localhost:8080"\n[sign-in]\nleavers = "suspend"\n');
    const { plan } = await walk([['Database [embedded]: ', '\r'], ...ACCOUNT.slice(1), ...END]);
    expect(plan.account).toMatchObject({ username: 'olga' });
  });
});

describe('options', () => {
  it('are all that is used without a person: what they do not say stays at its default', async () => {
    const plan = await order({ 'password-file': passwordFile() });
    expect(plan).toMatchObject({ secrets: [], vendors: null });
    expect(plan.additions.flatMap(linesOf)).toEqual([ALONE]);
    expect(plan.account).toEqual({
      username: 'admin',
      displayName: 'Administrator',
      password: PASSWORD,
      role: 'operator',
    });
  });

  it('set what they say', async () => {
    const given = {
      'password-file': passwordFile(),
      origin: 'https://portal.example.com',
      'trusted-proxies': '127.0.0.1, 10.0.0.0/8',
    };
    const { additions } = await order(given);
    expect(additions.flatMap(linesOf)).toEqual([
      'origin = "https://portal.example.com"',
      'trusted-proxies = ["127.0.0.1", "10.0.0.0/8"]',
      ALONE,
    ]);
  });

  it.each([
    [{ origin: 'http://portal.example.com' }, /^--origin: expected an https origin/],
    [{ origin: 'https://a.example"\nport = 1' }, /^--origin: it has characters that cannot be typed/],
    [{ 'trusted-proxies': '10.0.0.1\nx' }, /^--trusted-proxies: it has characters that cannot be typed/],
    [{ operator: 'Olga\n' }, /^--operator: it has characters/],
    [{ operator: 'Olga O' }, /^--operator: expected small letters/],
    [{ 'display-name': 'x'.repeat(65) }, /^--display-name: expected a name of 64/],
    [
      { 'database-url-file': 'postgres://olga:MARKED@127.0.0.1:1/x' },
      /^--database-url-file: it cannot be opened: no Post/,
    ],
    [{ 'vendor-certificates': '/nowhere' }, /^--vendor-certificates: there is no such file/],
  ])('are refused by name if they do not fit: %j', async (given, words) => {
    const refused = order({ ...given, 'password-file': passwordFile() });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.not.toThrow(/MARKED/);
  });

  it('do not replace what is set, and may say the same', async () => {
    folder.write('portal.toml', '\norigin = "https://portal.example.com"\n');
    const given = { 'password-file': passwordFile() };
    const { additions } = await order({ ...given, origin: 'https://portal.example.com/' });
    expect(additions.flatMap(linesOf)).toEqual([ALONE]);
    await expect(order({ ...given, origin: 'https://other.example.com' })).rejects.toThrow(
      'portal.toml:2: origin is set to something else already. Nothing was changed',
    );
  });
});

describe('the name of the authority', () => {
  const begin: Script = [
    ['Address of the portal [', 'https://portal.example.com\r'],
    ['Database [embedded]: ', '\r'],
    ['Addresses of the proxy [127.0.0.1]: ', '\r'],
  ];
  beforeEach(() => {
    hasKeys = false;
  });

  it('is asked for where the authority is still to be made, with the domain of the portal as default', async () => {
    const { plan, shown } = await walk([
      ...begin,
      ['Name of the authority [example.com Cardwright CA]: ', '\r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(plan.authorityName).toBe('example.com Cardwright CA');
    expect(shown).toContain('The authority is called example.com Cardwright CA.');
    expect(shown).not.toContain('Development');
  });

  it('can be chosen, of characters that can be seen', async () => {
    const { plan } = await walk([
      ...begin,
      ['Name of the authority [', `${'a'.repeat(65)}\r`],
      ['expected characters that can be seen, 64 at most', ''],
      ['Name of the authority [', 'Example\u202e CA\r'],
      ['expected characters that can be seen, 64 at most', ''],
      ['Name of the authority [', '  Müller & Söhne #1 CA \r'],
      ...ACCOUNT,
      ...END,
    ]);
    expect(plan.authorityName).toBe('Müller & Söhne #1 CA');
  });

  it('is not asked for where a module issues the certificates', async () => {
    const { plan } = await walk([...begin, ...ACCOUNT, ...END], {}, { CARDWRIGHT_AUTHORITY: '/nowhere/authority.mjs' });
    expect(plan.authorityName).toBeNull();
  });

  it('is an option too, and has its default in a script', async () => {
    const given = { 'password-file': passwordFile(), origin: 'https://portal.example.com' };
    expect(await order({ ...given, 'authority-name': 'Example CA' })).toMatchObject({ authorityName: 'Example CA' });
    expect(await order(given)).toMatchObject({ authorityName: 'example.com Cardwright CA' });
    await expect(order({ ...given, 'authority-name': 'Example\u200b CA' })).rejects.toThrow(
      '--authority-name: expected',
    );
  });

  it('stays where there are keys, and an option that says otherwise is refused', async () => {
    hasKeys = true;
    const given = { 'password-file': passwordFile() };
    expect(await order(given)).toMatchObject({ authorityName: null });
    await expect(order({ ...given, 'authority-name': 'Example CA' })).rejects.toThrow('keeps its name');
  });

  it('is that of this computer where the portal has no name of its own', async () => {
    expect(await order({ 'password-file': passwordFile() })).toMatchObject({
      authorityName: `${hostname().toLowerCase()} Cardwright CA`,
    });
  });
});
