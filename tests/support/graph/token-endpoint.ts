import { X509Certificate, createHash, randomBytes } from 'node:crypto';
import { decodeProtectedHeader, importX509, jwtVerify } from 'jose';

/** The application's credentials: its secret, or its certificate (PEM), whose key signs. */
export interface ApplicationCredentials {
  readonly secret?: string;
  readonly certificate?: string;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const SCOPE = 'https://graph.microsoft.com/.default';

export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/** The tenant's OpenID provider: discovery, and client credentials (RFC 6749, 4.4) by secret or by JWT (RFC 7523). */
export class TokenEndpoint {
  readonly #tokens = new Map<string, number>();
  readonly #assertions = new Set<string>();
  /** Seconds for which a token is valid. */
  lifetime = 3599;
  issued = 0;

  constructor(
    private readonly tenant: string,
    private readonly clientId: string,
    private readonly credentials: ApplicationCredentials,
    private readonly address: () => string,
  ) {}

  get path(): string {
    return `/${this.tenant}/oauth2/v2.0/token`;
  }

  discovery(): object {
    const issuer = `${this.address()}/${this.tenant}/v2.0`;
    return {
      issuer,
      token_endpoint: `${this.address()}${this.path}`,
      authorization_endpoint: `${this.address()}/${this.tenant}/oauth2/v2.0/authorize`,
      jwks_uri: `${this.address()}/${this.tenant}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  async grant(form: URLSearchParams): Promise<TokenAnswer> {
    const refuse = (error: string): TokenAnswer => ({
      status: error === 'invalid_client' ? 401 : 400,
      body: { error, error_description: 'AADSTS: refused by the stand-in' },
    });
    if (form.get('grant_type') !== 'client_credentials') return refuse('unsupported_grant_type');
    if (form.get('scope') !== SCOPE) return refuse('invalid_scope');
    if (form.get('client_id') !== this.clientId || !(await this.#isClient(form))) return refuse('invalid_client');
    const token = randomBytes(48).toString('base64url');
    this.#tokens.set(token, Date.now() + this.lifetime * 1000);
    this.issued += 1;
    return { status: 200, body: { token_type: 'Bearer', expires_in: this.lifetime, access_token: token } };
  }

  /** Returns whether a request's `Authorization` header has a valid token. */
  isBearer(authorization: string | undefined): boolean {
    const token = /^Bearer ([\w-]+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && (this.#tokens.get(token) ?? 0) > Date.now();
  }

  /** Revokes all tokens, as an administrator can. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  async #isClient(form: URLSearchParams): Promise<boolean> {
    const { secret, certificate } = this.credentials;
    if (secret !== undefined && form.get('client_secret') === secret) return true;
    const jwt = form.get('client_assertion');
    if (certificate === undefined || jwt === null || form.get('client_assertion_type') !== ASSERTION_TYPE) return false;
    try {
      const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
      if (decodeProtectedHeader(jwt)['x5t#S256'] !== thumbprint) return false;
      const { payload } = await jwtVerify(jwt, await importX509(certificate, 'PS256'), {
        issuer: this.clientId,
        subject: this.clientId,
        audience: [`${this.address()}${this.path}`, `${this.address()}/${this.tenant}/v2.0`],
        algorithms: ['PS256'],
        requiredClaims: ['exp', 'jti'],
      });
      const isNew = typeof payload.jti === 'string' && !this.#assertions.has(payload.jti);
      if (typeof payload.jti === 'string') this.#assertions.add(payload.jti);
      return isNew;
    } catch {
      return false;
    }
  }
}
