/** What a provider or a directory has proved of a person. */
export interface ProvenPerson {
  /** Issuer of the proof: the issuer identifier of an OpenID Provider, compared as it is, or `ldap:` and the name of a directory in the settings. */
  readonly issuer: string;
  /** The person at the issuer: unique there, and never given to anyone else (OpenID Connect Core 1.0, 2). */
  readonly subject: string;
  /** User name in small letters. It names the account when the account is made, and never finds one. */
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  /** User principal name for Windows sign-in. */
  readonly upn: string | null;
  /** Windows security identifier. */
  readonly sid: string | null;
  /** The person's groups, as the issuer names them. */
  readonly groups: readonly string[];
}
