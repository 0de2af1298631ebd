import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type Provider from 'oidc-provider';

/** The portal's credential at the provider. */
export const CLIENT = { id: 'cardwright-portal', secret: 'a-secret-of-the-portal-that-is-long' };

/** A person at a provider: claims by the person's subject. */
export interface PersonThere {
  readonly sub: string;
  readonly preferred_username: string;
  readonly [claim: string]: unknown;
}

/** `oidc-provider` on loopback: an OpenID Provider that implements the standards, with the people of a demo or a test. */
export class IdentityProvider {
  readonly people = new Map<string, PersonThere>();
  /** Subject of the person who sits at the browser, while nobody is asked. */
  person = '';
  /** Set while it shows a page with a button for each person. */
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
    private readonly Library: typeof Provider,
  ) {}

  /** @param host name by which browsers know it: with `127.0.0.1` it is another site than a portal at `localhost` */
  static async start(host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' };
    // It prints warnings as soon as it is loaded, which tests want to hear.
    const { default: Library } = await import('oidc-provider');
    const provider = new IdentityProvider(server, `http://${host}:${port}`, key, Library);
    server.on('request', (request, response) => void provider.#answer(request, response));
    return provider;
  }

  /** Makes the portal known. It listens before, because each needs the other's address. */
  serve(portal: string, name: string): void {
    const { Library } = this;
    const provider = new Library(this.issuer, {
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
      cookies: { keys: ['a key for cookies'] },
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
            const button = '<button id="yes" form="op.logoutForm" name="logout" value="yes">Sign out</button>';
            context.body = `${form}${button}<script>document.getElementById('yes').click()</script>`;
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
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(this.#askingPage());
    else {
      const person = this.asks ? await chosenIn(request) : this.person;
      await provider.interactionFinished(request, response, { login: { accountId: person } });
    }
  }

  /** Returns the page that asks who someone is. */
  #askingPage(): string {
    const buttons = [...this.people.values()].map(
      ({ sub, name, preferred_username: username }) =>
        `<p><button name="person" value="${sub}">${typeof name === 'string' ? name : username}</button></p>`,
    );
    return `<!doctype html><title>Identity provider</title><h1>Who are you?</h1><form method="post">${buttons.join('')}</form>`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Returns the subject of the pressed button. */
async function chosenIn(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return new URLSearchParams(body).get('person') ?? '';
}
