/** What a provider or a directory has proved of a person. */
export interface ProvenPerson {
  /** Who proved it: the issuer of a provider, or `ldap:` and the name of a directory in the settings. */
  readonly issuer: string;
  /** The person's identifier at the issuer, which is never given to another person. */
  readonly subject: string;
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  /** User principal name, for Windows sign-in. */
  readonly upn: string | null;
  /** Windows security identifier. */
  readonly sid: string | null;
  /** The groups of the person, as the issuer names them. */
  readonly groups: readonly string[];
}
