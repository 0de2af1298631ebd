import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeedPolicies } from '@cardwright/cms';
import type { OperationDefinition } from '@cardwright/cms/operations';
import { readConfiguration, type Configuration, startPortal, type Portal } from '@cardwright/portal';
import { validate } from '@cardwright/protocol';
import { operationAnswer, type OperationAnswer } from '@cardwright/protocol/cms';
import { wireError } from '@cardwright/protocol/messages';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { layDatabase } from '@cardwright/stage';
import * as v from 'valibot';
import { openDatabase } from '../../../support/postgres.js';
import { demoAccounts } from '../../../../portal/src/server/accounts/accounts.js';
import type { OpenMobile } from '../../../../portal/src/server/open-mobile.js';
import { newAttestationAuthority } from './attestation-authority.js';
import { PlayedHost } from '../../../support/host-and-card/played-host.js';
import type { TestCard } from '../../../support/host-and-card/test-card.js';

export const ACCOUNTS = [
  {
    username: 'alice',
    password: 'alice-password',
    displayName: 'Alice Example',
    role: 'user',
    email: 'alice@example.com',
    upn: 'alice@example.com',
    sid: 'S-1-5-21-1-2-3-1104',
  },
  { username: 'bob', password: 'bob-password', displayName: 'Bob Example', role: 'user' },
  { username: 'olga', password: 'olga-password', displayName: 'Olga Operator', role: 'operator' },
  { username: 'oscar', password: 'oscar-password', displayName: 'Oscar Operator', role: 'operator' },
];

/** One user issues more cards in a test than a person in a year. */
export const WIDE_QUOTAS = {
  CARDWRIGHT_OPERATIONS_PER_HOUR: '10000',
  CARDWRIGHT_WITNESSES_PER_HOUR: '10000',
  CARDWRIGHT_CARDS_PER_HOUR: '10000',
  CARDWRIGHT_OTHERS_CARDS_PER_HOUR: '10000',
  CARDWRIGHT_CODE_TRIES_PER_HOUR: '10000',
  CARDWRIGHT_UNLOCK_CODES_PER_HOUR: '10000',
  CARDWRIGHT_REPORTS_PER_HOUR: '10000',
  CARDWRIGHT_SIGN_INS_PER_HOUR: '100000',
  CARDWRIGHT_CHANGES_PER_HOUR: '100000',
  CARDWRIGHT_STEPS_PER_HOUR: '100000',
};

/** Relying parties other than their own for which the administrator lets portals register passkeys. */
const RELYING_PARTIES = ['https://login.microsoft.com'];

/** The vendor of the tests' cards. Every portal of the tests has its root. */
export const TEST_VENDOR = await newAttestationAuthority();

/** A test's own portal, in this process, with a temporary database and folder. */
export interface TestPortal extends Portal {
  readonly configuration: Configuration;
  readonly folder: string;
  remove(): Promise<void>;
}

/** Plain cards are issued without an operator here; supervision has its own tests. */
function withoutSupervision({ piv, ...others }: SeedPolicies): SeedPolicies {
  return piv ? { ...others, piv: { ...piv, policy: { ...piv.policy, unprovenKeys: 'allow' } } } : others;
}

/** The only key of a card whose test is not about keys: a card with four takes twice the time. */
const ONE_KEY = { '9A': 'P-256' } as const;

/** Gives cards {@link ONE_KEY}. */
const withOneKey = (policies: SeedPolicies): SeedPolicies =>
  Object.fromEntries(
    Object.entries(policies).map(([model, { policy, ...others }]) => [
      model,
      { ...others, policy: '9A' in policy.slots ? { ...policy, slots: ONE_KEY } : policy },
    ]),
  );

/** Changes to a test's portal other than by its environment. */
type Change = Partial<Configuration> & {
  /** True: cards get every key, as at a new portal. Default: {@link ONE_KEY}. */
  readonly everyKey?: true;
};

/**
 * Starts a portal on a database of its worker's PostgreSQL server, where the passwords of its accounts are checked at once, or on the one
 * that `environment` names.
 *
 * @param environment as configuration.ts reads it
 * @param openMobile opens mobile devices other than the real ones
 * @param operations operations to offer; by default those of the product
 */
export async function startTestPortal(
  environment: NodeJS.ProcessEnv = {},
  change: Change = {},
  openMobile?: OpenMobile,
  operations?: readonly OperationDefinition[],
): Promise<TestPortal> {
  if (environment.DATABASE_URL !== undefined || change.database !== undefined)
    return startIn(await newFolder(), environment, change, openMobile, operations);
  const named = environment.CARDWRIGHT_DEMO_ACCOUNTS;
  const accounts = named === undefined ? ACCOUNTS : validate(demoAccounts, JSON.parse(named));
  const database = await openDatabase({ accounts });
  const own = { ...environment, DATABASE_URL: database.url };
  const portal = await startIn(await newFolder(), own, change, openMobile, operations);
  return { ...portal, remove: () => portal.remove().then(() => database.stop()) };
}

/** Starts a portal on an embedded database in its folder. It takes two seconds more: only for tests of that database. */
export async function startEmbeddedPortal(environment: NodeJS.ProcessEnv = {}): Promise<TestPortal> {
  const folder = await newFolder();
  layDatabase(folder);
  return startIn(folder, environment, { everyKey: true });
}

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'cardwright-portal-test-'));

async function startIn(
  folder: string,
  environment: NodeJS.ProcessEnv,
  change: Change = {},
  openMobile?: OpenMobile,
  operations?: readonly OperationDefinition[],
): Promise<TestPortal> {
  const roots = join(folder, 'roots.pem');
  await writeFile(roots, TEST_VENDOR.root);
  const read = readConfiguration({
    PORT: '0',
    CARDWRIGHT_DATA: folder,
    CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(ACCOUNTS),
    CARDWRIGHT_ATTESTATION_ROOTS: roots,
    // A test reads its own revocations immediately.
    CARDWRIGHT_CRL_INTERVAL: '0',
    CARDWRIGHT_SECOND_FACTOR: 'nobody',
    ...WIDE_QUOTAS,
    ...environment,
  });
  const { everyKey = false, ...changes } = change;
  const policies = withoutSupervision(read.devicePolicies);
  const configuration = { ...read, devicePolicies: everyKey ? policies : withOneKey(policies), ...changes };
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const portal = await startPortal(configuration, openMobile, operations);
    return { ...portal, configuration, folder, remove: () => portal.close().then(removeFolder) };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

const errorBody = v.object({ error: wireError });

/** An answer of the portal; `code` is the catalogue's name of its error. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly code: string | undefined;
  readonly headers: Headers;
}

/** A request as a browser sends it. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** A browser at the portal. It keeps cookies, and sends Origin as browsers do. */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** Number of requests to /api/operations so far. */
  operationCalls = 0;
  /** The last request of `operate`, to be repeated. */
  lastOperated: { readonly path: string; readonly body: unknown } | undefined;

  constructor(readonly portal: Portal) {}

  static async login(portal: Portal, username: string): Promise<Browser> {
    const browser = new Browser(portal);
    const { status } = await browser.post('/api/session', { username, password: `${username}-password` });
    if (status !== 200) throw new Error(`${username} cannot log in: ${status}`);
    return browser;
  }

  get = (path: string): Promise<Answer> => this.send('GET', path);
  post = (path: string, body: unknown): Promise<Answer> => this.send('POST', path, body);

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    if (path.startsWith('/api/operations')) this.operationCalls += 1;
    const json: Record<string, string> =
      body === undefined ? {} : { origin: this.portal.origin, 'content-type': 'application/json' };
    const response = await this.exchange(path, {
      method,
      headers: { ...this.#cookieHeader, ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const text = await response.text();
    // The answer to HEAD describes a body, and has none.
    const isJson = text !== '' && /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const answer: unknown = isJson ? JSON.parse(text) : text;
    const code = v.is(errorBody, answer) ? answer.error.data.name : undefined;
    return { status: response.status, body: answer, code, headers: response.headers };
  }

  /** Sends a request on its way to the portal. */
  protected exchange(path: string, request: SentRequest): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.portal.port}${path}`, { ...request, redirect: 'manual' });
  }

  get #cookieHeader(): Record<string, string> {
    const pairs = Array.from(this.cookies, ([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? {} : { cookie: pairs.join('; ') };
  }

  /** Stores a cookie; one without a value is deleted. */
  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  async cmsKeys(): Promise<PublicJwkSet> {
    return validate(publicJwkSet, (await this.get('/.well-known/cardwright')).body);
  }

  /** Opens a host for this portal, with a card in its reader. */
  openHost = async (card: TestCard): Promise<PlayedHost> =>
    PlayedHost.open(card, this.portal.origin, await this.cmsKeys(), RELYING_PARTIES);

  /** Sends to /api/operations and expects an answer of an operation. */
  async operate(path: string, body: unknown): Promise<OperationAnswer> {
    this.lastOperated = { path, body };
    const answer = await this.post(`/api/operations${path}`, body);
    if (answer.status !== 200)
      throw new Error(`${path} answered ${answer.status} ${answer.code ?? ''} ${JSON.stringify(answer.body)}`);
    return validate(operationAnswer, answer.body);
  }

  /** Runs the relay loop of the sdk: until the operation ends, or stops at an error. */
  async relay(host: PlayedHost, until: (answer: OperationAnswer) => boolean = () => false): Promise<OperationAnswer> {
    let answer = await this.operate('', host.startRequest);
    while (answer.step && !until(answer)) {
      const outcomes = await host.run(answer.step.jws);
      answer = await this.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    return answer;
  }
}

const certificateShape = v.object({
  slot: v.string(),
  serialNumber: v.string(),
  subject: v.string(),
  algorithm: v.string(),
  proof: v.string(),
  status: v.string(),
});
const deviceShape = v.object({
  id: v.string(),
  model: v.string(),
  state: v.string(),
  stateReason: v.nullable(v.string()),
  ownerActions: v.optional(v.array(v.string())),
  /** Operators receive it. */
  version: v.optional(v.string()),
  proof: v.string(),
  managementKey: v.nullable(v.string()),
  hasInitialPin: v.boolean(),
  serial: v.nullable(v.string()),
  guid: v.string(),
  certificates: v.array(certificateShape),
});
const listShape = v.object({
  devices: v.array(deviceShape),
  limit: v.optional(v.object({ max: v.number(), used: v.number(), reason: v.nullable(v.string()) })),
  next: v.optional(v.nullable(v.string())),
});

/** Lists devices as a page shows them, oldest first; of an operator's list every page. */
export async function listDevices(browser: Browser, path = '/api/devices') {
  const list = validate(listShape, (await browser.get(path)).body);
  for (let { next } = list; next;) {
    const page = validate(listShape, (await browser.get(`${path}${path.includes('?') ? '&' : '?'}after=${next}`)).body);
    list.devices.push(...page.devices);
    next = page.next;
  }
  // An operator's list begins with the newest.
  if (list.next !== undefined) list.devices.reverse();
  return list;
}
