import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, TiedProcess, until } from '@cardwright/stage';

/** The portal's credential at the provider. */
export const CLIENT = { id: 'cardwright-portal', secret: 'a-secret-of-the-portal-that-is-long' };

const HTDOCS = '/usr/share/lemonldap-ng/portal';

/**
 * Number of its processes. One answers one request at a time. When a person signs out, it waits for the portal, which asks for the keys meanwhile.
 */
const PROCESSES = 2;

/** LemonLDAP::NG with its pictures, styles and scripts, which a web server would give out. */
const APPLICATION = `
use Plack::Builder;
use Plack::App::File;
use Lemonldap::NG::Portal::Main;
builder {
  mount '/javascript' => Plack::App::File->new(root => '/usr/share/javascript')->to_app;
  mount '/static' => Plack::App::File->new(root => '${HTDOCS}/htdocs/static')->to_app;
  mount '/' => Lemonldap::NG::Portal::Main->run({});
};
`;

/** People by user name, who is also the password: those of its demonstration. */
export type Person = 'dwho' | 'rtyler' | 'msmith';

/** Who is in which group of the provider. */
export type Groups = Readonly<Record<string, readonly Person[]>>;

/**
 * LemonLDAP::NG on loopback, as Debian packages it: an OpenID Provider in Perl, by other people than the one of the demo. A server before it gives each
 * request to a process that is idle.
 */
export class LemonLdap {
  /** Set while it answers nothing but that it cannot. */
  isDown = false;
  #portal: { readonly origin: string; readonly name: string } | undefined;
  /** The processes by port. */
  #processes: ReadonlyMap<number, TiedProcess> = new Map();
  /** Ports of the processes that are idle. */
  #idle: number[] = [];
  /** Requests that wait for a process, the oldest first. */
  readonly #waiting: ((port: number) => void)[] = [];
  #number = 0;
  readonly #signingKey = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

  private constructor(
    private readonly folder: string,
    private readonly front: Server,
    /** Its issuer identifier, with the slash that it has. */
    readonly issuer: string,
  ) {}

  /** Takes a port. Requests wait until `serve()` has told it of the portal, because each needs the other's address. */
  static async start(): Promise<LemonLdap> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-lemonldap-'));
    for (const name of ['configuration', 'sessions/lock', 'persistent/lock', 'cache'])
      mkdirSync(path.join(folder, name), { recursive: true });
    const front = createServer().listen(0, '127.0.0.1');
    await once(front, 'listening');
    const { port } = front.address() as AddressInfo;
    const lemon = new LemonLdap(folder, front, `http://127.0.0.1:${port}/`);
    front.on('request', (request, response) => void lemon.#pass(request, response));
    return lemon;
  }

  /** Makes a portal known, and starts. */
  async serve(origin: string, name: string, groups: Groups): Promise<void> {
    this.#portal = { origin, name };
    writeFileSync(this.#file('portal.psgi'), APPLICATION);
    writeFileSync(
      this.#file('lemonldap-ng.ini'),
      `[all]
logLevel = error
[configuration]
type = File
dirName = ${this.#file('configuration')}
[portal]
staticPrefix = /static
templateDir = ${HTDOCS}/templates
languages = en
`,
    );
    await this.regroup(groups);
  }

  /** Puts people into other groups, and starts again with them. Sessions that are open go on, with the groups that they began with. */
  async regroup(groups: Groups): Promise<void> {
    this.#configure(groups);
    const before = this.#processes;
    [this.#processes, this.#idle] = [new Map(), []];
    await Promise.all(Array.from(before.values(), (one) => one.stop()));
    const begun = await Promise.all(Array.from({ length: PROCESSES }, () => this.#begin()));
    this.#processes = new Map(begun);
    for (const port of this.#processes.keys()) this.#release(port);
  }

  /** Ends everyone's sessions, as an administrator there can. Refresh tokens stay, and refresh nothing by then. */
  endSessions(): void {
    const folder = this.#file('sessions');
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile()))
      if (readFileSync(path.join(folder, name), 'utf8').includes('"_session_kind":"SSO"'))
        rmSync(path.join(folder, name));
    // It looks there first.
    rmSync(this.#file('cache'), { recursive: true });
    mkdirSync(this.#file('cache'));
  }

  async #begin(): Promise<[port: number, TiedProcess]> {
    const port = await freePort();
    const where = ['--server', 'Standalone', '--host', '127.0.0.1', '--port', String(port), '--env', 'deployment'];
    const begun = await TiedProcess.start('plackup', [...where, this.#file('portal.psgi')], {
      env: { ...process.env, LLNG_DEFAULTCONFFILE: this.#file('lemonldap-ng.ini') },
    });
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(answers, { what: 'an answer of LemonLDAP::NG' });
    return [port, begun];
  }

  #configure(groups: Groups): void {
    const { origin, name } = this.#portal ?? {};
    this.#number += 1;
    const folderOf = (one: string) => ({
      Directory: this.#file(one),
      LockDirectory: this.#file(path.join(one, 'lock')),
    });
    const configuration = {
      cfgNum: this.#number,
      cfgVersion: '2.21.2',
      cfgAuthor: 'the administrator',
      cfgDate: Math.floor(Date.now() / 1000),
      portal: this.issuer,
      // The cookie is for this host alone: a browser takes none for a domain that is an address.
      domain: '',
      cookieName: 'lemonldap',
      securedCookie: 0,
      timeout: 72_000,
      requireToken: 0,
      // People whose password is their name.
      authentication: 'Demo',
      userDB: 'Same',
      passwordDB: '',
      registerDB: '',
      captcha_mail_enabled: 0,
      captcha_register_enabled: 0,
      portalDisplayRegister: 0,
      portalDisplayResetPassword: 0,
      demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
      exportedVars: {},
      macros: { _whatToTrace: 'lc($_user)' },
      whatToTrace: '_whatToTrace',
      groups: Object.fromEntries(
        Object.entries(groups).map(([group, members]) => [
          group,
          members.map((member) => `$uid eq "${member}"`).join(' or ') || '0',
        ]),
      ),
      locationRules: {},
      globalStorage: 'Apache::Session::File',
      globalStorageOptions: {
        ...folderOf('sessions'),
        generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
      },
      persistentStorage: 'Apache::Session::File',
      persistentStorageOptions: folderOf('persistent'),
      localSessionStorage: 'Cache::FileCache',
      localSessionStorageOptions: {
        namespace: 'sessions',
        cache_root: this.#file('cache'),
        cache_depth: 3,
        default_expires_in: 600,
      },
      issuerDBOpenIDConnectActivation: 1,
      oidcServiceKeyTypeSig: 'RSA',
      oidcServiceKeyIdSig: 'the-key',
      oidcServicePrivateKeySig: this.#signingKey.privateKey,
      oidcServicePublicKeySig: this.#signingKey.publicKey,
      oidcServiceAllowAuthorizationCodeFlow: 1,
      oidcRPMetaDataOptions: {
        cardwright: {
          oidcRPMetaDataOptionsClientID: CLIENT.id,
          oidcRPMetaDataOptionsClientSecret: CLIENT.secret,
          oidcRPMetaDataOptionsRedirectUris: `${origin}/sign-in/${name}`,
          oidcRPMetaDataOptionsPostLogoutRedirectUris: `${origin}/login`,
          oidcRPMetaDataOptionsLogoutType: 'back',
          oidcRPMetaDataOptionsLogoutUrl: `${origin}/sign-in/${name}/logout`,
          oidcRPMetaDataOptionsLogoutSessionRequired: 1,
          oidcRPMetaDataOptionsLogoutBypassConfirm: 1,
          oidcRPMetaDataOptionsBypassConsent: 1,
          oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
          oidcRPMetaDataOptionsIDTokenForceClaims: 1,
          oidcRPMetaDataOptionsRefreshToken: 1,
          oidcRPMetaDataOptionsRequirePKCE: 1,
        },
      },
      oidcRPMetaDataExportedVars: {
        cardwright: { name: 'cn', preferred_username: 'uid', email: 'mail', groups: 'groups;string;auto' },
      },
      // The claims of a scope are these instead of the standard's.
      oidcRPMetaDataOptionsExtraClaims: { cardwright: { profile: 'name preferred_username groups' } },
    };
    writeFileSync(this.#file(`configuration/lmConf-${this.#number}.json`), JSON.stringify(configuration));
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isDown) {
      response.writeHead(503).end();
      return;
    }
    const port = this.#idle.shift() ?? (await new Promise<number>((resolve) => this.#waiting.push(resolve)));
    const { method, url, headers } = request;
    const passed = send(
      { host: '127.0.0.1', port, method, path: url, headers: { ...headers, connection: 'close' } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    passed.on('close', () => this.#release(port));
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }

  /** Gives a process that is idle to the request that has waited longest. One that has ended meanwhile takes no more. */
  #release(port: number): void {
    if (!this.#processes.has(port)) return;
    const next = this.#waiting.shift();
    if (next) next(port);
    else this.#idle.push(port);
  }

  async stop(): Promise<void> {
    this.front.closeAllConnections();
    this.front.close();
    await Promise.all(Array.from(this.#processes.values(), (one) => one.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
