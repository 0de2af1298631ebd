import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';
import { ProofRefused, ProviderAway } from '../sign-in-errors.js';
import { fetchKeys } from './published-keys.js';

const SECOND = 1000;
/** Member of `events` that makes a token a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Maximum age of a logout token in seconds. */
const LONGEST_AGE = 300;
const CLOCK_TOLERANCE = 60;
/** Signature algorithms with a public key. The secret of the portal never verifies a token. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const TYPES: readonly (string | undefined)[] = ['logout+jwt', 'jwt', undefined];

/** A verified logout token: who is to be signed out, and by what the token is known again. */
export interface LogoutNotice {
  /** Person whose sessions end; null if the token names only a session. */
  readonly subject: string | null;
  /** Session that ends; null if all sessions of the person end. */
  readonly sid: string | null;
  /** Id of the token, which serves once. */
  readonly id: string;
  /** Time after which the token is refused for its age. */
  readonly refusedFrom: Date;
}

/** Expectations of the tokens of one provider. */
interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  /** Maximum number of seconds for fetching the keys. */
  readonly timeout: number;
}

/** Reads the logout tokens of one provider. */
export class LogoutTokens {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;

  /** @param keys address of the provider's public keys */
  constructor(
    keys: string,
    private readonly expected: Expected,
  ) {
    this.#keys = createRemoteJWKSet(new URL(keys), {
      timeoutDuration: expected.timeout * SECOND,
      [customFetch]: fetchKeys,
    });
  }

  /**
   * Checks everything of a token but whether it was used before.
   *
   * @throws ProofRefused; ProviderAway if the keys cannot be fetched
   */
  async read(token: string): Promise<LogoutNotice> {
    const { payload, protectedHeader } = await this.#verify(token);
    const { sub, sid, jti, iat, events } = payload;
    const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, '');
    const isLogout = isObject(events) && isObject(events[EVENT]);
    // A token with a nonce is an ID token (2.6, step 7).
    if (!TYPES.includes(type) || !isLogout || 'nonce' in payload) throw new ProofRefused('no logout token');
    if (jti === undefined || jti.length > 255 || iat === undefined) throw new ProofRefused('no jti');
    const [subject, session] = [textOf(sub), textOf(sid)];
    if (subject === null && session === null) throw new ProofRefused('nobody');
    const refusedFrom = new Date((iat + LONGEST_AGE + CLOCK_TOLERANCE) * SECOND);
    return { subject, sid: session, id: jti, refusedFrom };
  }

  async #verify(token: string) {
    const { issuer, clientId } = this.expected;
    try {
      return await jwtVerify(token, this.#keys, {
        issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        maxTokenAge: LONGEST_AGE,
        requiredClaims: ['jti', 'events'],
      });
    } catch (error) {
      const isAway = error instanceof errors.JWKSTimeout || error instanceof TypeError;
      const code = error instanceof errors.JOSEError ? error.code : 'unreadable';
      // `jose` raises its general error if the keys are not answered with 200.
      if (isAway || code === 'ERR_JOSE_GENERIC') throw new ProviderAway('keys');
      throw new ProofRefused(code);
    }
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const isObject = (value: unknown): value is JWTPayload => typeof value === 'object' && value !== null;
