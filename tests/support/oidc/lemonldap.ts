import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, TiedProcess, until } from '@cardwright/stage';

/** The portal's credential at the provider. */
export const CLIENT = { id: 'cardwright-portal', secret: 'a-secret-of-the-portal-that-is-long' };

const HTDOCS = '/usr/share/lemonldap-ng/portal';

/** LemonLDAP::NG with its pictures and styles, which a web server would give out. */
const APPLICATION = `
use Plack::Builder;
use Plack::App::File;
use Lemonldap::NG::Portal::Main;
builder {
  mount '/static' => Plack::App::File->new(root => '${HTDOCS}/htdocs/static')->to_app;
  mount '/' => Lemonldap::NG::Portal::Main->run({});
};
`;

/** People by user name, who is also the password: those of its demonstration. */
export type Person = 'dwho' | 'rtyler' | 'msmith';

/** Who is in which group of the provider. */
export type Groups = Readonly<Record<string, readonly Person[]>>;

/**
 * LemonLDAP::NG on loopback, as Debian packages it: an OpenID Provider in Perl, by other people than the one of the demo. It answers one request at a
 * time, so a server before it takes the connections.
 */
export class LemonLdap {
  /** Set while it answers nothing but that it cannot. */
  isDown = false;
  #process: TiedProcess | undefined;
  #number = 0;
  readonly #signingKey = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

  private constructor(
    private readonly folder: string,
    private readonly front: Server,
    private readonly port: number,
    /** Its issuer identifier, with the slash that it has. */
    readonly issuer: string,
  ) {}

  /** Takes a port. Requests fail until `serve()` has told it of the portal, because each needs the other's address. */
  static async start(): Promise<LemonLdap> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-lemonldap-'));
    for (const name of ['configuration', 'sessions/lock', 'persistent/lock', 'cache'])
      mkdirSync(path.join(folder, name), { recursive: true });
    const front = createServer().listen(0, '127.0.0.1');
    await once(front, 'listening');
    const { port } = front.address() as AddressInfo;
    const lemon = new LemonLdap(folder, front, await freePort(), `http://127.0.0.1:${port}/`);
    front.on('request', (request, response) => lemon.#pass(request, response));
    return lemon;
  }

  /** Makes a portal known, and starts. */
  async serve(portal: string, name: string, groups: Groups): Promise<void> {
    this.#configure(portal, name, groups);
    const file = (one: string): string => path.join(this.folder, one);
    writeFileSync(file('portal.psgi'), APPLICATION);
    writeFileSync(
      file('lemonldap-ng.ini'),
      `[all]
logLevel = error
checkTime = 1
[configuration]
type = File
dirName = ${file('configuration')}
[portal]
staticPrefix = /static
templateDir = ${HTDOCS}/templates
languages = en
`,
    );
    const where = ['--server', 'Standalone', '--host', '127.0.0.1', '--port', String(this.port), '--env', 'deployment'];
    this.#process = await TiedProcess.start('plackup', [...where, file('portal.psgi')], {
      env: { ...process.env, LLNG_DEFAULTCONFFILE: file('lemonldap-ng.ini') },
    });
    const answers = () =>
      fetch(new URL('.well-known/openid-configuration', this.issuer)).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(answers, { what: 'an answer of LemonLDAP::NG' });
  }

  /** Puts people into other groups. It takes a second to notice. Sessions that are open keep the groups that they began with. */
  regroup(portal: string, name: string, groups: Groups): void {
    this.#configure(portal, name, groups);
  }

  #configure(portal: string, name: string, groups: Groups): void {
    this.#number += 1;
    const folderOf = (one: string) => ({
      Directory: path.join(this.folder, one),
      LockDirectory: path.join(this.folder, one, 'lock'),
    });
    const configuration = {
      cfgNum: this.#number,
      cfgVersion: '2.21.2',
      cfgAuthor: 'the administrator',
      cfgDate: Math.floor(Date.now() / 1000),
      portal: this.issuer,
      domain: '#PORTAL#',
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
        cache_root: path.join(this.folder, 'cache'),
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
          oidcRPMetaDataOptionsRedirectUris: `${portal}/sign-in/${name}`,
          oidcRPMetaDataOptionsPostLogoutRedirectUris: `${portal}/login`,
          oidcRPMetaDataOptionsLogoutType: 'back',
          oidcRPMetaDataOptionsLogoutUrl: `${portal}/sign-in/${name}/logout`,
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
      // What it gives for a scope replaces what the standard has for it.
      oidcRPMetaDataOptionsExtraClaims: { cardwright: { profile: 'name preferred_username groups' } },
    };
    const file = path.join(this.folder, 'configuration', `lmConf-${this.#number}.json`);
    writeFileSync(file, JSON.stringify(configuration));
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    if (this.isDown) {
      response.writeHead(503).end();
      return;
    }
    const { method, url, headers } = request;
    const passed = send(
      { host: '127.0.0.1', port: this.port, method, path: url, headers: { ...headers, connection: 'close' } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.writeHead(502).end());
    request.pipe(passed);
  }

  async stop(): Promise<void> {
    this.front.closeAllConnections();
    this.front.close();
    await this.#process?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
