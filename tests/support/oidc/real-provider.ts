import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { listen, stopServer } from '../loopback-server.js';

/** The portal's credential at the real provider. */
export const CLIENT = { id: 'cardwright-portal', secret: 'a-secret-of-the-portal-that-is-long' };

/** A person at a provider: claims by the person's subject. */
export interface PersonThere {
  readonly sub: string;
  readonly preferred_username: string;
  readonly [claim: string]: unknown;
}

/** The page with which a provider asks a person. */
const ASKING = '<!doctype html><title>Provider</title><form method="post"><button id="me">It is me</button></form>';

/** `oidc-provider` on loopback: an OpenID Provider that implements the standards, with people whom a test chooses. */
export class RealProvider {
  readonly people = new Map<string, PersonThere>();
  /** Subject of the person who sits at the browser. */
  person = '';
  /** Set while it shows people a page with a button that signs them in. */
  asks = false;
  /** Set while it answers nothing but that it cannot. */
  isDown = false;
  /** Errors of back-channel logouts that it could not deliver. */
  readonly undelivered: unknown[] = [];
  #provider: Provider | undefined;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly key: object,
  ) {}

  /** @param host name by which browsers know it: with `127.0.0.1` it is another site than a portal at `localhost` */
  static async start(host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<RealProvider> {
    const server = createServer();
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' };
    const real = new RealProvider(server, (await listen(server)).replace('localhost', host), key);
    server.on('request', (request, response) => void real.#answer(request, response));
    return real;
  }

  /** Makes the portal known. It listens before, because each needs the other's address. */
  serve(portal: string, name: string): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${portal}/sign-in/${name}`],
          post_logout_redirect_uris: [`${portal}/login`],
          backchannel_logout_uri: `${portal}/sign-in/${name}/logout`,
          backchannel_logout_session_required: true,
          grant_types: ['authorization_code', 'refresh_token'],
        },
      ],
      // It complains of what it was not told.
      jwks: { keys: [this.key] },
      ttl: { AccessToken: 60, Grant: 600, IdToken: 60, Interaction: 600, RefreshToken: 600, Session: 600 },
      cookies: { keys: ['a key of the tests'] },
      claims: {
        openid: ['sub', 'sid'],
        profile: ['name', 'preferred_username', 'groups', 'upn', 'onprem_sid'],
        email: ['email', 'email_verified'],
      },
      features: {
        backchannelLogout: { enabled: true },
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          // The question whether to sign out is answered at once.
          logoutSource: (context: { body: string }, form: string) => {
            context.body = form;
          },
        },
      },
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_context: unknown, id: string) => {
        const person = this.people.get(id);
        return person && { accountId: id, claims: () => person };
      },
      issueRefreshToken: () => true,
      loadExistingGrant: async ({
        oidc,
      }: {
        oidc: { client: { clientId: string }; session: { accountId: string } };
      }) => {
        const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    provider.on('backchannel.error', (...told) => this.undelivered.push(told));
    provider.on('server_error', (...told) => this.undelivered.push(told));
    this.#provider = provider;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (!provider || this.isDown) response.writeHead(503).end();
    else if (!request.url?.startsWith('/interaction/')) await provider.callback()(request, response);
    else if (this.asks && request.method === 'GET')
      response.writeHead(200, { 'content-type': 'text/html' }).end(ASKING);
    else await provider.interactionFinished(request, response, { login: { accountId: this.person } });
  }

  stop = (): Promise<void> => stopServer(this.server);
}
