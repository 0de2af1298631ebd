import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { listen, stopServer } from '../loopback-server.js';

/** The portal at every lying provider. */
export const LIED_TO = { id: 'portal', secret: 'the-secret-of-the-portal-at-a-liar' };
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const SECOND = 1000;

export const seconds = (): number => Math.floor(Date.now() / SECOND);

/** What a provider does otherwise than it should. */
export interface Lie {
  /** Claims of the ID token that replace the right ones; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The way in which the ID token is signed; by default with the provider's key. */
  readonly signedBy?: 'nobody' | 'the client secret' | 'another key';
  /** Parameters of the answer that replace the right ones; null leaves one out. */
  readonly answer?: Readonly<Record<string, string | null>>;
  /** Claims of the UserInfo endpoint; by default it has none to give but the subject. */
  readonly userInfo?: Readonly<Record<string, unknown>>;
  /** Set if it gives a refresh token, with which the person is as at the sign-in until `refuses` says otherwise. */
  readonly canRefresh?: boolean;
}

interface Order {
  readonly nonce: string;
  readonly challenge: string;
  readonly lie: Lie;
}

/** A provider on loopback that answers whatever a test wants, with keys of its own. */
export class LyingProvider {
  readonly #orders = new Map<string, Order>();
  /** What its UserInfo endpoint says; each sign-in sets it. */
  userInfo: Readonly<Record<string, unknown>> = {};
  /** Status with which it answers everything; null while it works. */
  failsWith: number | null = null;
  /** The error with which its token endpoint refuses refresh tokens; null while it takes them. */
  refuses: string | null = null;
  #refreshes = 0;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly keys: Readonly<Record<'publicKey' | 'privateKey' | 'anotherKey', CryptoKey>>,
    private readonly metadata: object,
  ) {}

  /** @param metadata members of its metadata that replace the usual ones */
  static async start(metadata: object = {}): Promise<LyingProvider> {
    const server = createServer();
    const issuer = await listen(server);
    const [keys, others] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
    const provider = new LyingProvider(server, issuer, { ...keys, anotherKey: others.privateKey }, metadata);
    server.on('request', (request, response) => void provider.#respond(request, response));
    return provider;
  }

  /**
   * Returns the address to which it sends the browser, for an address with which a sign-in begins there.
   *
   * @param redirectUri another address to return to
   */
  answerTo(begun: string, lie: Lie = {}): URL {
    const asked = new URL(begun).searchParams;
    const code = randomUUID();
    this.#orders.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '', lie });
    const address = new URL(asked.get('redirect_uri') ?? '');
    const right = { code, state: asked.get('state'), iss: this.issuer };
    for (const [name, value] of Object.entries({ ...right, ...lie.answer }))
      if (value !== null) address.searchParams.set(name, value);
    return address;
  }

  /** Makes a logout token. `claims` replace the right ones; undefined leaves one out. */
  logoutToken(
    claims: Readonly<Record<string, unknown>>,
    { signedBy, type = 'logout+jwt' }: Pick<Lie, 'signedBy'> & { readonly type?: string } = {},
  ): Promise<string> {
    const right = { iss: this.issuer, aud: LIED_TO.id, iat: seconds(), exp: seconds() + 120, jti: randomUUID() };
    return this.#sign({ ...right, events: { [EVENT]: {} }, ...claims }, signedBy, type);
  }

  stop = (): Promise<void> => stopServer(this.server);

  async #sign(claims: Readonly<Record<string, unknown>>, signedBy: Lie['signedBy'], type = 'JWT'): Promise<string> {
    const payload: JWTPayload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    if (signedBy === 'nobody') return new UnsecuredJWT(payload).encode();
    const secret = new TextEncoder().encode(LIED_TO.secret);
    if (signedBy === 'the client secret')
      return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: type }).sign(secret);
    const key = this.keys[signedBy === 'another key' ? 'anotherKey' : 'privateKey'];
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: type }).sign(key);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [body, status = 200] =
      this.failsWith === null ? await this.#answer(request) : [{ error: 'server_error' }, this.failsWith];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<[body: object, status?: number]> {
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return [this.#metadata()];
      case '/jwks':
        return [{ keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] }];
      case '/userinfo':
        return [this.userInfo];
      case '/token':
        return this.#token(new URLSearchParams(await textOf(request)));
      default:
        return [{}, 404];
    }
  }

  #metadata(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      userinfo_endpoint: `${this.issuer}/userinfo`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      authorization_response_iss_parameter_supported: true,
      ...this.metadata,
    };
  }

  async #token(form: URLSearchParams): Promise<[body: object, status?: number]> {
    if (form.get('grant_type') === 'refresh_token') return this.#refresh();
    const code = form.get('code') ?? '';
    const order = this.#orders.get(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (order?.challenge !== challenge) return [{ error: 'invalid_grant' }, 400];
    const { nonce, lie } = order;
    const now = seconds();
    const right = { iss: this.issuer, aud: LIED_TO.id, sub: 'liar', iat: now, exp: now + 60, nonce };
    const claims = { ...right, preferred_username: 'lia', ...lie.claims };
    this.userInfo = lie.userInfo ?? { sub: claims.sub };
    const refresh = lie.canRefresh ? { refresh_token: 'r0' } : {};
    return [{ access_token: 'a', token_type: 'Bearer', id_token: await this.#sign(claims, lie.signedBy), ...refresh }];
  }

  #refresh(): [body: object, status?: number] {
    if (this.refuses !== null) return [{ error: this.refuses }, 400];
    this.#refreshes += 1;
    return [{ access_token: 'a', token_type: 'Bearer', refresh_token: `r${this.#refreshes}` }];
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
