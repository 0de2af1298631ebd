import { randomUUID } from 'node:crypto';
import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  FilterParser,
  PresenceFilter,
  ResultCodeError,
  type Client,
  type Entry,
  type Filter,
} from 'ldapts';
import { readPerson, usernameIn, type ProvenPerson } from '../proven-person.js';
import { isBound, withConnection } from './connection.js';
import { DirectoryMisfit } from './directory-errors.js';
import { readGuid, readSid, writeGuid } from './microsoft-values.js';
import type { DirectorySettings } from './settings.js';

/** Matching rule of Active Directory that also finds the members of groups within a group. */
const LDAP_MATCHING_RULE_IN_CHAIN = '1.2.840.113556.1.4.1941';
/** Attributes of Active Directory whose values are bytes. */
const OBJECT_GUID = 'objectGUID';
const OBJECT_SID = 'objectSid';
/** Maximum number of groups of a person. */
const MOST_GROUPS = 1000;

/** The people of an LDAP directory (RFC 4511). Referrals to other servers are not followed. */
export class Directory {
  /** The issuer of the people of this directory. */
  readonly issuer: string;

  constructor(readonly settings: DirectorySettings) {
    this.issuer = `ldap:${settings.name}`;
  }

  get name(): string {
    return this.settings.name;
  }

  /**
   * Returns the person with a user name and a password, as the directory describes them. Returns undefined if the directory has no such person, or
   * refuses the password. The caller must limit the tries.
   *
   * The directory is not asked for a name that no account can have: it takes many for the same as another one, such as full-width letters, or letters
   * with invisible ones between them (RFC 4518, 2.2). Whoever counts guesses by the name counts each of these apart.
   *
   * @param beforeTry is called with the entry that was found, before the password is tried. If it throws, the password is not tried.
   * @throws DirectoryAway; DirectoryMisfit; any error of `beforeTry`
   */
  async findByPassword(
    typed: string,
    password: string,
    beforeTry: (entry: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<ProvenPerson | undefined> {
    const { attributes, base } = this.settings;
    const username = usernameIn(typed);
    if (username === null) return undefined;
    const outcome = await this.#ask(async (client): Promise<ProvenPerson | undefined | { readonly error: unknown }> => {
      const entry = await this.#findEntry(client, attributes.username, username);
      const error =
        entry && (await errorOf(() => beforeTry(this.keyOf(textIn(entry, attributes.subject) ?? entry.dn))));
      if (error) return error;
      // For a name that nobody has, the directory is asked the same question, so that the answer takes as long.
      const dn = entry?.dn ?? `cn=${randomUUID()},${base}`;
      const isRight = await withConnection(this.settings, (other) => isBound(other, dn, password));
      return isRight && entry ? this.#describe(client, entry) : undefined;
    });
    if (outcome && 'error' in outcome) throw outcome.error;
    return outcome;
  }

  /** Returns a text that stands for the entry of a person among those of all directories, under whatever name it was found. */
  keyOf(subject: string): string {
    return `${this.issuer} ${subject}`;
  }

  /**
   * Returns the person with an identifier, as the directory describes them now. Returns undefined if the directory has the person no longer, or no
   * longer as the filter in the settings wants it. Whoever is missing where the directory shows no people, or has no group where it shows no groups,
   * proves nothing.
   *
   * @throws DirectoryAway; DirectoryMisfit
   */
  find(subject: string): Promise<ProvenPerson | undefined> {
    return this.#ask(async (client) => {
      const entry = await this.#findSubject(client, subject);
      if (!entry) {
        await this.#require(client, this.settings.base, FilterParser.parseString(this.settings.filter), 'people');
        return undefined;
      }
      const person = await this.#describe(client, entry);
      // Without a group, this person would have no role here.
      if (person.groups.length === 0 && this.settings.everyone.length === 0) await this.#requireGroups(client);
      return person;
    });
  }

  /**
   * Resolves with true if a password is that of the person with an identifier. The caller must limit the tries.
   *
   * @throws DirectoryAway; DirectoryMisfit
   */
  isPasswordOf(subject: string, password: string): Promise<boolean> {
    return this.#ask(async (client) => {
      const entry = await this.#findSubject(client, subject);
      return entry !== undefined && withConnection(this.settings, (other) => isBound(other, entry.dn, password));
    });
  }

  /**
   * Signs in as the portal, and looks whether the directory shows people.
   *
   * @throws DirectoryAway; DirectoryMisfit
   */
  probe(): Promise<void> {
    const { base, filter } = this.settings;
    return this.#ask((client) => this.#require(client, base, FilterParser.parseString(filter), 'people'));
  }

  /** Signs in as the portal, and asks. */
  #ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const { bind } = this.settings;
    return withConnection(this.settings, async (client) => {
      try {
        if (!(await isBound(client, bind.dn, bind.password)))
          throw new DirectoryMisfit('The directory refuses the account of the portal.');
        return await question(client);
      } catch (error) {
        if (error instanceof ResultCodeError) throw new DirectoryMisfit(error.message, { cause: error });
        throw error;
      }
    });
  }

  /** @throws DirectoryMisfit if the directory shows nobody who belongs to a group */
  #requireGroups(client: Client): Promise<void> {
    const { base, membership } = this.settings;
    return 'attribute' in membership
      ? this.#require(client, base, new PresenceFilter({ attribute: membership.attribute }), 'groups')
      : this.#require(client, membership.base, new PresenceFilter({ attribute: membership.member }), 'groups');
  }

  /**
   * Requires that the directory shows entries at all. A directory answers with no entry, and with success, if the account of the portal may no longer
   * read, or if its data is not restored yet. Then nothing is known of anyone.
   *
   * @throws DirectoryMisfit
   */
  async #require(client: Client, base: string, filter: Filter, what: string): Promise<void> {
    // `1.1` asks for no attributes (RFC 4511, 4.5.1.8).
    const { searchEntries } = await client.search(base, { filter, attributes: ['1.1'], sizeLimit: 1 });
    if (searchEntries.length === 0) throw new DirectoryMisfit(`The directory shows no ${what}.`);
  }

  #findSubject(client: Client, subject: string): Promise<Entry | undefined> {
    const attribute = this.settings.attributes.subject;
    return this.#findEntry(client, attribute, attribute === OBJECT_GUID ? writeGuid(subject) : subject);
  }

  /** Returns the one entry of a person in which an attribute has a value. The value is never part of a filter's text. */
  async #findEntry(client: Client, attribute: string, value: string | Buffer): Promise<Entry | undefined> {
    const { base, filter, attributes, membership } = this.settings;
    const { searchEntries } = await client.search(base, {
      filter: new AndFilter({ filters: [new EqualityFilter({ attribute, value }), FilterParser.parseString(filter)] }),
      attributes: [...Object.values(attributes), ...('attribute' in membership ? [membership.attribute] : [])],
      explicitBufferAttributes: [OBJECT_GUID, OBJECT_SID],
    });
    if (searchEntries.length > 1) throw new DirectoryMisfit(`Several people have this ${attribute}.`);
    return searchEntries[0];
  }

  async #describe(client: Client, entry: Entry): Promise<ProvenPerson> {
    const { attributes } = this.settings;
    const said = {
      subject: textIn(entry, attributes.subject),
      username: textIn(entry, attributes.username),
      displayName: textIn(entry, attributes.displayName),
      email: textIn(entry, attributes.email),
      upn: textIn(entry, attributes.upn),
      sid: textIn(entry, attributes.sid),
    };
    const person = readPerson(this.issuer, said, await this.#groupsOf(client, entry));
    if (person === null)
      throw new DirectoryMisfit(`An entry of a person has no usable ${attributes.subject} or ${attributes.username}.`);
    return person;
  }

  /** Returns the distinguished names of the groups of a person, as the directory writes them. */
  async #groupsOf(client: Client, entry: Entry): Promise<string[]> {
    const { membership } = this.settings;
    if ('attribute' in membership) return textsIn(entry, membership.attribute);
    const { member, nested, base } = membership;
    const filter: Filter = nested
      ? new ExtensibleFilter({ matchType: member, rule: LDAP_MATCHING_RULE_IN_CHAIN, value: entry.dn })
      : new EqualityFilter({ attribute: member, value: entry.dn });
    // `1.1` asks for no attributes (RFC 4511, 4.5.1.8).
    const { searchEntries } = await client.search(base, { filter, attributes: ['1.1'], sizeLimit: MOST_GROUPS });
    return searchEntries.map(({ dn }) => dn);
  }
}

/** Returns the error of some work that has nothing to do with the connection, so that it is not taken for one of the connection's. */
async function errorOf(work: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}

const textIn = (entry: Entry, attribute: string): string | null => textsIn(entry, attribute)[0] ?? null;

/** Returns the values of an attribute, whose name a directory may write in another case than the settings. */
function textsIn(entry: Entry, attribute: string): string[] {
  const name = Object.keys(entry).find((one) => one.toLowerCase() === attribute.toLowerCase());
  const values = name === undefined ? [] : [entry[name] ?? []].flat();
  return values.map((value) => (typeof value === 'string' ? value : textOf(value, attribute)));
}

function textOf(bytes: Buffer, attribute: string): string {
  if (attribute.toLowerCase() === OBJECT_GUID.toLowerCase()) return readGuid(bytes);
  if (attribute.toLowerCase() === OBJECT_SID.toLowerCase()) return readSid(bytes);
  return bytes.toString('utf8');
}
