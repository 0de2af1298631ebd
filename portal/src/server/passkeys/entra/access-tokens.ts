import { webcrypto } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import * as client from 'openid-client';
import { readForeignCertificate, readPrivateKey } from '@cardwright/cms/keys';
import { isLoopback, type ClientCredential, type EntraSettings } from '../settings.js';

/** Scope of the tokens: all permissions that the application has at Microsoft Graph. The scope does not depend on the configured address of Graph. */
const SCOPE = 'https://graph.microsoft.com/.default';
/** Milliseconds before a token's expiry at which the portal stops using the token. */
const EARLY = 60_000;
/** Milliseconds for which a token without a stated lifetime is used. */
const SHORT_LIFETIME = 60_000;
const SECOND = 1000;
const SERVER_ERROR = 500;
const TOO_MANY_REQUESTS = 429;

interface Token {
  readonly value: string;
  /** Time until which the token is used, in milliseconds since 1970. */
  readonly usableUntil: number;
}

/**
 * Gets access tokens by the grant for client credentials (RFC 6749, 4.4). A token is used until shortly before it expires, and concurrent callers
 * share it.
 */
export class AccessTokens {
  #configuration: Promise<client.Configuration> | undefined;
  #token: Promise<Token> | undefined;

  /** @param log receives lines without secrets */
  constructor(
    private readonly settings: EntraSettings,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * Returns a usable access token. Requests a new token if there is none.
   *
   * @throws CardwrightError `PASSKEY_SERVICE_UNAVAILABLE`, `PASSKEY_SERVICE_REFUSED`
   */
  async get(): Promise<string> {
    const current = this.#token;
    const token = await current;
    if (token && token.usableUntil > Date.now()) return token.value;
    const next = this.#token === undefined || this.#token === current ? this.#fetch() : this.#token;
    this.#token = next;
    return (await next).value;
  }

  /** Drops a refused token, so that `get` requests a new one. Does nothing if another token has already replaced the refused token. */
  async forget(refused: string): Promise<void> {
    const current = this.#token;
    const token = await current?.catch(() => undefined);
    if (token?.value === refused && this.#token === current) this.#token = undefined;
  }

  #fetch(): Promise<Token> {
    const fetched = this.#request();
    // A failure is not kept: the next call tries again.
    fetched.catch(() => {
      if (this.#token === fetched) this.#token = undefined;
    });
    return fetched;
  }

  async #request(): Promise<Token> {
    try {
      const configuration = await (this.#configuration ??= this.#discover());
      const { access_token: value, expires_in: seconds } = await client.clientCredentialsGrant(configuration, {
        scope: SCOPE,
      });
      const lifetime = seconds === undefined ? SHORT_LIFETIME : seconds * SECOND - EARLY;
      return { value, usableUntil: Date.now() + lifetime };
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #discover(): Promise<client.Configuration> {
    const { authority, tenant, clientId, credential, timeout } = this.settings;
    const server = new URL(`${authority}/${tenant}/v2.0`);
    const discovered = authenticationOf(credential).then((authentication) =>
      client.discovery(server, clientId, undefined, authentication, {
        // Time limit of the discovery and of each request for a token. All waiting callers share such a request. If a request hangs, this limit
        // usually ends the request before its callers give up. Without the limit, the next caller would wait for the same request.
        timeout: timeout / 2,
        // oxlint-disable-next-line typescript/no-deprecated -- deprecated to stand out; only loopback gets it
        execute: isLoopback(server.hostname) && server.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      }),
    );
    discovered.catch(() => {
      this.#configuration = undefined;
    });
    return discovered;
  }

  /**
   * Logs an error, and returns the error of the catalogue that fits the HTTP status in it. The returned error has no `cause`, because the
   * original error quotes the request.
   */
  #translate(error: unknown): CardwrightError {
    const { name: service } = this.settings;
    const answer = error instanceof client.ResponseBodyError ? error : undefined;
    const status = answer?.status;
    // Only the server's error code (RFC 6749, 5.2), such as `invalid_client`, is logged, because the server's description may quote the request.
    const told = answer
      ? `answered ${answer.status}, ${answer.error.replace(/[^\w.-]/g, '').slice(0, 64)}`
      : 'got no answer';
    this.log(`passkey service ${service}: request for a token ${told}`);
    return status === undefined || status >= SERVER_ERROR || status === TOO_MANY_REQUESTS
      ? new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service })
      : new CardwrightError('PASSKEY_SERVICE_REFUSED', { service, status });
  }
}

async function authenticationOf(credential: ClientCredential): Promise<client.ClientAuth> {
  if ('secret' in credential) return client.ClientSecretPost(credential.secret);
  const der = readPrivateKey(credential.privateKey).export({ type: 'pkcs8', format: 'der' });
  const key = await webcrypto.subtle.importKey('pkcs8', der, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
  const thumbprint = Buffer.from(
    readForeignCertificate(credential.certificate).fingerprint256.replaceAll(':', ''),
    'hex',
  );
  return client.PrivateKeyJwt(key, {
    // Entra ID identifies the key by its certificate (RFC 7515, 4.1.8).
    [client.modifyAssertion]: (header) => {
      header['x5t#S256'] = thumbprint.toString('base64url');
    },
  });
}
