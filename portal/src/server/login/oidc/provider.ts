import * as client from 'openid-client';
import * as v from 'valibot';
import { isLoopback } from '../../passkeys/settings.js';
import type { OidcSettings } from '../settings.js';
import type { AttemptSecrets } from './attempts.js';
import type { Claims } from './claims.js';
import { authenticationOf } from './client-authentication.js';
import { LogoutTokens, type LogoutNotice } from './logout-token.js';
import { PersonRefused, ProofRefused, ProviderAway } from '../sign-in-errors.js';
import { isInvalidGrant, judgeFailure } from './provider-error.js';
import { fetchKeys } from './published-keys.js';
import { isTwoFactors } from './second-factor.js';

/**
 * Maximum age in seconds of the proof at the provider with which a sign-in begins: 30 days. A provider that is asked for one has to say when the proof was
 * given (OpenID Connect Core 1.0, 3.1.2.1), so that nobody is asked again who has just given it.
 */
const OLDEST_PROOF = String(30 * 24 * 60 * 60);
const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
/** Seconds by which the clocks of portal and provider may differ. */
export const CLOCK_TOLERANCE = 60;
/** Maximum age of a new ID token in seconds. The provider makes it while the portal waits. */
const LONGEST_WAY = 300;

/** Schema of what the portal keeps of a provider's answer for as long as the session lasts. */
export const providerTokens = v.strictObject({
  /** The ID token, by which the provider finds its own session when the user signs out. */
  idToken: v.string(),
  /** Null if the provider gave none. */
  refreshToken: v.nullable(v.string()),
  /** The place in which the groups of the person were found. */
  groupsFrom: v.picklist(['id-token', 'userinfo']),
});
export type ProviderTokens = v.InferOutput<typeof providerTokens>;

/** A person whom the provider has just signed in. */
export interface SignedIn {
  readonly claims: Claims;
  /** Time at which the person proved who they are to the provider; null if the provider does not say. */
  readonly provedAt: Date | null;
  /** Set if the provider has asked for a second factor, as far as the settings trust it (`secondFactor`, `requiredAcr`). */
  readonly isTwoFactors: boolean;
  /** Id of the session at the provider; null if the provider gave none. */
  readonly sid: string | null;
  readonly tokens: ProviderTokens;
}

/** The provider's word that a person may stay. `claims` is null if the provider did not say anything of the groups this time. */
export interface StillThere {
  readonly claims: Claims | null;
  readonly tokens: ProviderTokens;
}

/** One configured OpenID Provider, with the portal as its client. */
export class OidcProvider {
  readonly name: string;
  readonly title: string;
  #found: { readonly configuration: Promise<client.Configuration>; readonly until: number } | undefined;
  #logoutTokens: LogoutTokens | undefined;

  /** @param origin returns the portal's origin, once the portal listens */
  constructor(
    readonly settings: OidcSettings,
    private readonly origin: () => string,
  ) {
    this.name = settings.name;
    this.title = settings.title;
  }

  /**
   * The address to which the provider returns. Each provider has an address of its own, so that an answer of one cannot pass as that of another
   * (RFC 9700, 4.4.2).
   */
  get redirectUri(): string {
    return `${this.origin()}/sign-in/${this.name}`;
  }

  /**
   * Reads the metadata of the provider, as each sign-in does.
   *
   * @throws ProviderAway if there is no answer, or if it is that of another issuer
   */
  async check(): Promise<void> {
    await this.#discover();
  }

  /**
   * Returns the address at the provider with which a sign-in begins (OpenID Connect Core 1.0, 3.1.2.1).
   *
   * @param isFresh set if the person has to prove who they are although they are signed in there
   * @throws ProviderAway
   */
  begin({ state, nonce, verifier }: AttemptSecrets, isFresh: boolean): Promise<string> {
    return judged(async () => {
      const configuration = await this.#discover();
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: this.redirectUri,
        scope: ['openid', ...this.settings.scopes].join(' '),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(this.settings.requiredAcr.length > 0 ? { acr_values: this.settings.requiredAcr.join(' ') } : {}),
        ...(isFresh ? { prompt: 'login', max_age: '0' } : { max_age: OLDEST_PROOF }),
      });
      return webAddress(url);
    });
  }

  /**
   * Exchanges the code in the provider's answer for its tokens, and checks all of them: `state`, `iss` (RFC 9207), `nonce`, the signature of the ID
   * token, its issuer, audience and times.
   *
   * @param answer the query of the address to which the provider has sent the browser
   * @throws ProviderAway, ProofRefused
   */
  finish(answer: string, { state, nonce, verifier }: AttemptSecrets, isFresh: boolean): Promise<SignedIn> {
    return judged(async () => {
      const configuration = await this.#discover();
      const url = new URL(this.redirectUri);
      url.search = answer;
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
        ...(isFresh ? { maxAge: 0 } : {}),
      });
      const idToken = requireNew(tokens.claims());
      const { claims, groupsFrom } = await this.#claimsOf(configuration, tokens.access_token, idToken);
      return {
        claims,
        provedAt: idToken.auth_time === undefined ? null : new Date(idToken.auth_time * SECOND),
        isTwoFactors: isTwoFactors(this.settings, idToken),
        sid: typeof idToken.sid === 'string' ? idToken.sid : null,
        tokens: { idToken: tokens.id_token ?? '', refreshToken: tokens.refresh_token ?? null, groupsFrom },
      };
    });
  }

  /**
   * Asks with the refresh token whether a person may stay (OpenID Connect Core 1.0, 12).
   *
   * @param subject the person, whom a new ID token has to name
   * @throws ProviderAway if nothing is known; ProofRefused if the person may not stay, a PersonRefused if the provider refuses the refresh token
   */
  refresh(before: ProviderTokens, refreshToken: string, subject: string): Promise<StillThere> {
    return judged(async () => {
      const configuration = await this.#discover();
      const tokens = await client.refreshTokenGrant(configuration, refreshToken).catch((error: unknown) => {
        throw isInvalidGrant(error) ? new PersonRefused('refresh-refused') : error;
      });
      const idToken = tokens.claims();
      if (idToken && idToken.sub !== subject) throw new ProofRefused('another subject');
      const { claims, groupsFrom } = await this.#claimsOf(
        configuration,
        tokens.access_token,
        idToken ?? { sub: subject },
      );
      const isSaid = before.groupsFrom === 'userinfo' || idToken !== undefined || groupsFrom === 'userinfo';
      return {
        claims: isSaid ? claims : null,
        tokens: {
          idToken: tokens.id_token ?? before.idToken,
          refreshToken: tokens.refresh_token ?? refreshToken,
          groupsFrom: before.groupsFrom,
        },
      };
    });
  }

  /**
   * Returns the address at which the person signs out of the provider too (OpenID Connect RP-Initiated Logout 1.0, 2). Returns null if the provider
   * has none.
   *
   * @throws ProviderAway
   */
  signOutAddress({ idToken }: ProviderTokens): Promise<string | null> {
    return judged(async () => {
      const configuration = await this.#discover();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      const url = client.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${this.origin()}/login`,
      });
      return webAddress(url);
    });
  }

  /**
   * Checks a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6), except whether it was used before.
   *
   * @throws ProviderAway, ProofRefused
   */
  readLogoutToken(token: string): Promise<LogoutNotice> {
    return judged(async () => {
      const { jwks_uri: keys } = (await this.#discover()).serverMetadata();
      if (keys === undefined) throw new ProviderAway('no keys');
      const { issuer, clientId, timeout } = this.settings;
      this.#logoutTokens ??= new LogoutTokens(webAddress(new URL(keys)), { issuer, clientId, timeout });
      return this.#logoutTokens.read(token);
    });
  }

  /**
   * Returns the claims of the ID token together with those of the UserInfo endpoint, if the provider has one. The endpoint's subject has to be that
   * of the ID token (OpenID Connect Core 1.0, 5.3.2).
   */
  async #claimsOf(
    configuration: client.Configuration,
    accessToken: string,
    idToken: Claims & { readonly sub: string },
  ): Promise<{ readonly claims: Claims; readonly groupsFrom: ProviderTokens['groupsFrom'] }> {
    const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const userInfo: Claims = hasUserInfo ? await client.fetchUserInfo(configuration, accessToken, idToken.sub) : {};
    const { groups } = this.settings.claims;
    return {
      claims: { ...idToken, ...userInfo },
      groupsFrom: Object.hasOwn(userInfo, groups) ? 'userinfo' : 'id-token',
    };
  }

  /**
   * Reads the provider's metadata, whatever is kept of them. If that fails, the kept ones are forgotten, so that nobody is led to a provider that is away.
   *
   * @throws ProviderAway
   */
  async probe(): Promise<void> {
    try {
      await this.#fetchMetadata();
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }

  /** Reads the provider's metadata. They are read again after an hour. A failure is not kept: the next call tries again. */
  #discover(): Promise<client.Configuration> {
    if (this.#found && this.#found.until > Date.now()) return this.#found.configuration;
    const configuration = this.#fetchMetadata();
    const found = { configuration, until: Date.now() + HOUR };
    this.#found = found;
    configuration.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    return configuration;
  }

  async #fetchMetadata(): Promise<client.Configuration> {
    const { issuer, clientId, credential, timeout } = this.settings;
    const server = new URL(issuer);
    const isInsecure = isLoopback(server.hostname) && server.protocol === 'http:';
    try {
      const configuration = await client.discovery(
        server,
        clientId,
        { [client.clockTolerance]: CLOCK_TOLERANCE },
        await authenticationOf(credential),
        {
          timeout,
          execute: [
            client.enableNonRepudiationChecks,
            // oxlint-disable-next-line typescript/no-deprecated -- deprecated to stand out; only loopback gets it
            ...(isInsecure ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      // Discovery takes an issuer that differs in a slash at its end. Accounts are bound to the issuer as the settings have it.
      const { issuer: named, jwks_uri: keys } = configuration.serverMetadata();
      if (named !== issuer) throw new Error('another issuer');
      configuration[client.customFetch] = (url, { body, ...options }) =>
        url === keys
          ? fetchKeys(url, options)
          : fetch(url, { ...options, body: body instanceof Uint8Array ? new Uint8Array(body) : (body ?? null) });
      return configuration;
    } catch (error) {
      // Without metadata nothing is known of any person, whatever the reason.
      throw new ProviderAway(`metadata: ${judgeFailure(error).message}`);
    }
  }
}

/** @throws ProviderAway, ProofRefused */
async function judged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw judgeFailure(error);
  }
}

/**
 * Returns the claims of an ID token that was made just now, for a person who has proved who they are before that. The library checks when the token
 * ends, and not when it began. A proof in the future would count as fresh when that time comes.
 *
 * @throws ProofRefused
 */
function requireNew(claims: client.IDToken | undefined): client.IDToken {
  if (!claims) throw new ProofRefused('no ID token');
  const now = Date.now() / SECOND;
  const age = now - claims.iat;
  if (age < -CLOCK_TOLERANCE || age > LONGEST_WAY + CLOCK_TOLERANCE) throw new ProofRefused('iat');
  if (claims.auth_time !== undefined && claims.auth_time > now + CLOCK_TOLERANCE) throw new ProofRefused('auth_time');
  return claims;
}

/**
 * Returns an address that a provider has named for itself. The browser or the portal goes there, so that it has to be a web address.
 *
 * @throws ProviderAway
 */
function webAddress({ protocol, hostname, href }: URL): string {
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return href;
  throw new ProviderAway('an address that is not https');
}
