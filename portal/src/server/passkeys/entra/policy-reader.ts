import type { PasskeyObstacle } from '@cardwright/cms/passkeys';
import type { Person } from '@cardwright/cms/store';
import { isCardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { Deadline } from './deadline.js';
import type { GraphClient, GraphRequest } from './graph-client.js';
import { findObstacle, groupsOf, readMethodConfiguration, type MethodConfiguration } from './passkey-profiles.js';

/** Milliseconds for which a usable answer is remembered. If Graph gives no usable answer, this is remembered for `SHORT_MEMORY`. */
const MEMORY = 60_000;
const SHORT_MEMORY = 10_000;
/**
 * Maximum number of milliseconds for one request to Graph, because a page waits for the answer. If no answer comes in time, no passkey is
 * forbidden.
 */
const PATIENCE = 3000;
/** Maximum number of groups in one request (Graph, user: checkMemberGroups). */
const GROUPS_AT_ONCE = 20;
/** Maximum number of users whose groups are remembered. */
const MOST_USERS = 1000;
const OK = 200;
const CONFIGURATION = [
  'policies',
  'authenticationMethodsPolicy',
  'authenticationMethodConfigurations',
  'fido2',
] as const;

const groupList = v.object({ value: v.array(v.string()) });

interface Remembered<T> {
  readonly until: number;
  /** Resolves with undefined if Graph gave no usable answer. */
  readonly value: Promise<T | undefined>;
}

/**
 * Reads the tenant's passkey profiles before a device is touched. Profiles that cannot be reached, or that the portal may not read, forbid
 * nothing here; if they forbid the passkey, its registration will report the obstacle. The first refusal of each kind of request is logged.
 */
export class PolicyReader {
  #configuration: Remembered<MethodConfiguration> | undefined;
  readonly #groups = new Map<string, Remembered<ReadonlySet<string>>>();
  readonly #told = new Set<string>();

  constructor(
    private readonly service: string,
    private readonly graph: Pick<GraphClient, 'send'>,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * Returns the reason why the person may not have a passkey on a model; null if no reason is known.
   *
   * @param aaguid AAGUID of the model; null if the model is not known
   */
  async findObstacle({ upn }: Person, aaguid: string | null): Promise<PasskeyObstacle | null> {
    const configuration = await this.#readConfiguration();
    if (!configuration || upn === null) return null;
    const groups = groupsOf(configuration);
    const memberships = groups.length === 0 ? new Set<string>() : await this.#readGroups(upn, groups);
    return memberships ? findObstacle(configuration, memberships, aaguid) : null;
  }

  #readConfiguration(): Promise<MethodConfiguration | undefined> {
    const known = this.#configuration;
    if (known && known.until > performance.now()) return known.value;
    const value = this.#ask({ method: 'GET', path: CONFIGURATION, what: 'passkey profiles' }).then(
      readMethodConfiguration,
    );
    this.#configuration = remember(value);
    return value;
  }

  #readGroups(upn: string, groups: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const known = this.#groups.get(upn);
    if (known && known.until > performance.now()) return known.value;
    const value = this.#askForGroups(upn, groups);
    // If the map is full, its oldest entry is removed.
    this.#groups.delete(upn);
    const [oldest] = this.#groups.keys();
    if (this.#groups.size >= MOST_USERS && oldest !== undefined) this.#groups.delete(oldest);
    this.#groups.set(upn, remember(value));
    return value;
  }

  async #askForGroups(upn: string, groups: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const found = new Set<string>();
    for (let start = 0; start < groups.length; start += GROUPS_AT_ONCE) {
      const answer = await this.#ask({
        method: 'POST',
        path: ['users', upn, 'checkMemberGroups'],
        what: 'group memberships',
        body: { groupIds: groups.slice(start, start + GROUPS_AT_ONCE) },
      });
      const list = v.safeParse(groupList, answer);
      if (!list.success) return undefined;
      for (const id of list.output.value) found.add(id);
    }
    return found;
  }

  /**
   * Returns the body of an answer with status 200. Returns undefined if the answer has another status, or if there is no answer. Logs the first
   * answer with another status to each kind of request.
   */
  async #ask(request: GraphRequest): Promise<unknown> {
    try {
      const { status, body } = await this.graph.send(request, new Deadline(PATIENCE));
      if (status === OK) return body;
      if (!this.#told.has(request.what))
        this.log(
          `passkey service ${this.service}: ${request.what} cannot be read (${status}), so a passkey profile forbids no device beforehand`,
        );
      this.#told.add(request.what);
      return undefined;
    } catch (error) {
      if (isCardwrightError(error)) return undefined;
      throw error;
    }
  }
}

function remember<T>(value: Promise<T | undefined>): Remembered<T> {
  const remembered = { until: performance.now() + MEMORY, value };
  const shorten = (): void => {
    remembered.until = performance.now() + SHORT_MEMORY;
  };
  void value.then((answer) => {
    if (answer === undefined) shorten();
  }, shorten);
  return remembered;
}
