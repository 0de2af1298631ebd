import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { isLoopback } from '../passkeys/settings.js';
import { writtenDirectory, type DirectorySettings } from './ldap/settings.js';
import { standingSettings } from './standing-settings.js';

/** The ways to sign in besides local accounts, as an administrator writes them. */

const providerName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const path = v.pipe(v.string(), v.minLength(1));
const title = v.pipe(text(64), v.minLength(1));
const word = v.pipe(text(200), v.minLength(1));

/**
 * Schema of an issuer identifier (OpenID Connect Discovery 1.0, 4.3): https, or http on loopback, without query and fragment. It stays as it is
 * written, because the issuer in a token has to be the same text.
 */
const issuer = v.pipe(
  v.string(),
  v.maxLength(500),
  v.check((value) => {
    if (!URL.canParse(value)) return false;
    const { protocol, hostname, username, search, hash } = new URL(value);
    const isPrivate = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
    return isPrivate && username === '' && search === '' && hash === '';
  }, 'expected an https address without a query, or one on loopback'),
);

/** Schema of the names of claims. A claim without a name is not read. */
const claims = v.strictObject({
  username: v.optional(word, 'preferred_username'),
  displayName: v.optional(word, 'name'),
  email: v.optional(word, 'email'),
  /** Only a setting makes the provider speak for Windows accounts, so these two have no default. */
  upn: v.optional(word),
  sid: v.optional(word),
  groups: v.optional(word, 'groups'),
});

/** Schema of one OpenID Provider. */
export const oidcProvider = v.strictObject({
  name: providerName,
  /** Name of the provider on the button of the sign-in page. */
  title,
  issuer,
  clientId: word,
  /** Path of a file with the client secret, or of a PEM file with the client's private key (RSA, or EC on P-256). */
  credential: v.union([
    v.strictObject({ secretFile: path }),
    v.strictObject({ keyFile: path, keyId: v.optional(word) }),
  ]),
  /** Scopes besides `openid`. */
  scopes: v.optional(v.pipe(v.array(word), v.maxLength(20)), ['profile', 'email']),
  claims: v.optional(claims, {}),
  /**
   * Set if the provider never sends `email_verified`, and has verified each address that it gives. Without it, an address counts only if the provider
   * calls it verified.
   */
  unstatedEmailIsVerified: v.optional(v.boolean(), false),
  ...standingSettings,
  /**
   * Set if the provider refuses a refresh token only for good, as for a person who was deleted there. Most also refuse it after a sign-out or a new
   * password.
   */
  refusalMeansLeft: v.optional(v.boolean(), false),
  /**
   * Where people who need a second factor give it: at the provider, or `here`, with a passkey of the portal. Where `requiredAcr` is empty, the provider is
   * trusted to ask for it.
   */
  secondFactor: v.optional(v.picklist(['provider', 'here']), 'provider'),
  /**
   * Values of `acr` (OpenID Connect Core 1.0, 2) or `amr` (RFC 8176) with which the provider says that it has asked for a second factor. Whoever comes
   * without one of them gives it here.
   */
  requiredAcr: v.optional(v.pipe(v.array(word), v.maxLength(20)), []),
  /** Maximum number of seconds for one request. */
  timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10)), 5),
});
export type WrittenOidcProvider = v.InferOutput<typeof oidcProvider>;

/** Maximum number of days between the suspension of a leaver's devices and their end. */
const MOST_DAYS = 365;

/** Schema of what happens to the devices of people who left. */
const leavers = v.union(
  [
    v.picklist(['nothing', 'suspend']),
    /** The devices are suspended at once, and terminated this many days later. */
    v.strictObject({ terminateAfter: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_DAYS)) }),
  ],
  `expected "nothing", "suspend" or { terminateAfter = DAYS }, with 1 to ${MOST_DAYS} days`,
);
export type Leavers = v.InferOutput<typeof leavers>;

const areDistinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Schema of all ways to sign in. The files to which it refers are not read. */
export const signInSettings = v.strictObject({
  oidc: v.optional(
    v.pipe(
      v.array(oidcProvider),
      v.maxLength(8),
      v.check((all) => areDistinct(all.map(({ name }) => name)), 'expected different names'),
      // Two entries for an issuer could give one person two sets of roles.
      v.check((all) => areDistinct(all.map(({ issuer: one }) => one)), 'expected different issuers'),
    ),
    [],
  ),
  /** A directory whose people sign in with name and password, like those with local accounts. */
  ldap: v.optional(writtenDirectory),
  leavers: v.optional(leavers, 'nothing'),
});
export type WrittenSignIn = v.InferOutput<typeof signInSettings>;

/** The portal's credential at a provider: a client secret, or a private key in PEM. */
export type OidcCredential = { readonly secret: string } | { readonly privateKey: string; readonly keyId?: string };

/** Settings of a provider. `credential` has the content of the file that the written settings name. */
export interface OidcSettings extends Omit<WrittenOidcProvider, 'credential'> {
  readonly credential: OidcCredential;
}

export interface SignInSettings {
  readonly oidc: readonly OidcSettings[];
  readonly ldap?: DirectorySettings | undefined;
  readonly leavers: Leavers;
}
