import * as v from 'valibot';
import { isUser, newAccount } from '../accounts/accounts.js';

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

/** What an issuer says of a person, before it is judged. */
export type Said = Readonly<Record<Exclude<keyof ProvenPerson, 'issuer' | 'groups'>, unknown>>;

/** Schema of a user name. Providers often have mail addresses as user names. */
const username = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^[a-z0-9][a-z0-9._@+-]{0,63}$/), isUser);

/** Returns a user name as accounts have it, in small letters. Returns null for what no account can be called. */
export const usernameIn = (value: unknown): string | null => read(username, value);

/** Schema of a subject identifier (OpenID Connect Core 1.0, 2): at most 255 ASCII characters. */
const subject = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,255}$/));
const { displayName, email, upn, sid } = newAccount.entries;

/**
 * Judges what an issuer says of a person. Leaves out a mail address, UPN or SID that is malformed, and a name with characters that cannot be seen. Returns null if there is no usable subject or user
 * name.
 */
export function readPerson(issuer: string, said: Said, groups: readonly string[]): ProvenPerson | null {
  const [proven, name] = [read(subject, said.subject), read(username, said.username)];
  if (proven === null || name === null) return null;
  return {
    issuer,
    subject: proven,
    username: name,
    displayName: read(displayName, said.displayName) ?? name,
    email: read(email, said.email) ?? null,
    upn: read(upn, said.upn) ?? null,
    sid: read(sid, said.sid) ?? null,
    groups,
  };
}

function read<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
}
