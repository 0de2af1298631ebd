import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { HelpDesk } from '@cardwright/protocol/policy';
import { LANGUAGES } from '@cardwright/words';
import { models } from '@cardwright/words/en/dialogs/models';
import type { Page } from 'puppeteer-core';
import * as v from 'valibot';
import { RIGHTS_OF, type Right } from '../../portal/src/server/rights.js';
import { FORMER_ROLES, type Role } from '../../portal/src/server/accounts/roles.js';
import { escapeHtml } from '../../portal/src/server/html.js';
import { writeHelpPage } from '../../portal/src/server/routes/help.js';
import { pageOf } from './operator-list-page.js';
import { OWN_ACCESS, SESSIONS, SIGN_IN_PASSKEYS } from './portal-account.js';
import { offersIn, personWith } from './portal-devices.js';
import { PASSKEY_SERVICES, readModels, readPolicies } from './portal-policies-shown.js';
import { DEVICE_PAGE, FINISHED_ISSUANCE, ISSUED_CODE, SUPPORT_FILES, summaryOf } from './portal-timeline.js';
import { openPageBrowser, openPage, PageServer, type Look, type PageBrowser, type Whereabouts } from './page-stage.js';

const PUBLIC = new URL('../../portal/dist/public/', import.meta.url).pathname;

/** A page of the portal, with its server's answers. */
export interface PortalScene {
  readonly page:
    | 'login'
    | 'set-password'
    | 'password'
    | 'my-devices'
    | 'account'
    | 'operator'
    | 'operator-device'
    | 'operator-person'
    | 'help';
  /** The address of the page, if it is not its name. */
  readonly address?: string;
  /** The server's answer about the device on an operator's page. */
  readonly devicePage?: object;
  /** The server's summary of an attached support file. */
  readonly summary?: object;
  /** The roles of the person who is signed in; `operator` may do everything. */
  readonly role?: 'user' | 'operator' | readonly Role[];
  /** The language of the page. */
  readonly language?: string;
  readonly devices?: readonly object[];
  /** The operations that devices can offer; by default those of a CMS that names none. */
  readonly operations?: readonly object[];
  /** The user's terminated devices. */
  readonly terminated?: readonly object[];
  /** The help desk; by default with a name, a telephone number and an e-mail address. */
  readonly helpDesk?: HelpDesk;
  readonly limit?: string;
  /** Set when mobile devices can be added. */
  readonly takesPhones?: boolean;
  /** The words and the link that say where users get a device. */
  readonly deviceSource?: { readonly text: string | null; readonly url: string | null };
  /** Providers at which users can sign in; by default none. */
  readonly providers?: readonly { readonly name: string; readonly title: string }[];
  /** Why no sign-in at a provider opens a session. */
  readonly refusal?: 'away' | 'unproved' | 'taken' | 'not-permitted';
  /** How the second factor stands; by default it is not needed. */
  readonly secondFactor?: 'given' | 'needed' | 'to-register';
  /** Set if the user has a device whose card gives the second factor. */
  readonly hasCard?: boolean;
  /** The own passkeys for signing in; by default those of `SIGN_IN_PASSKEYS`. */
  readonly signInPasskeys?: readonly object[];
  /** Set when the login uses passkeys instead of passwords. */
  readonly takesPasskeys?: boolean;
  /** The refusal of a chosen passkey at login. */
  readonly refusesPasskeys?: 'PASSKEY_LOGIN_REFUSED';
  /** The effects of policy changes on trust; by default none. */
  readonly changes?: readonly object[];
  /** Proposals that wait for this operator or another one. */
  readonly proposals?: readonly object[];
  /** Devices that differ from the policy of their model. */
  readonly differing?: readonly object[];
  /** Set when there is no other operator. */
  readonly isAlone?: boolean;
  /** Names of the passkey services that the policies for smart cards have. */
  readonly passkeyServices?: readonly string[];
  /** What the server says of the person's leaving; by default the person has not left. */
  readonly left?: { readonly at: string; readonly because: string };
  /** Whose devices the operator sees; by default those of everybody. */
  readonly reach?: 'everybody' | 'groups' | 'nobody';
  /** Set if a provider decides on the person's roles. */
  readonly isBound?: boolean;
  /** Set if the person is the last administrator. */
  readonly isLastAdministrator?: boolean;
  /** A path that the server answers with an error. */
  readonly fails?: string;
}

/** The token of a link for a new password that is good. */
export const GOOD_TOKEN = 'g'.repeat(43);

/** The roles and groups of the person on an operator's page. */
const PERSON_ROLES = {
  grants: [
    { role: 'user', group: null },
    { role: 'operator', group: 'Sales' },
    { role: 'administrator', group: null },
  ],
  groups: ['Munich, north'],
};

/** Local accounts in every state. */
const ACCOUNTS = [
  {
    username: 'ada',
    displayName: 'Ada Lovelace',
    grants: [{ role: 'operator', group: null }],
    state: 'active',
    isDemo: false,
    hands: ['olga'],
    mayConfirm: true,
  },
  {
    username: 'bob',
    displayName: 'Bob Brown',
    grants: [{ role: 'user', group: null }],
    state: 'disabled',
    isDemo: false,
    hands: [],
    mayConfirm: false,
  },
  {
    username: 'demo',
    displayName: 'Demo Person',
    grants: [{ role: 'user', group: null }],
    state: 'active',
    isDemo: true,
    hands: [],
    mayConfirm: false,
  },
  {
    username: 'emma',
    displayName: 'Emma Adams',
    grants: [{ role: 'user', group: null }],
    state: 'no-password',
    isDemo: false,
    hands: [],
    mayConfirm: false,
  },
].map((account, index) => ({ id: `a${index}`, createdAt: '2026-11-25T10:00:00.000Z', ...account }));

const HELP_DESK = { name: 'IT Service Desk', phone: '+49 89 1234-0', email: 'service.desk@example.org' };

const AUDIT = [
  { event: 'device.state-changed', detail: { from: 'producing', to: 'pending', reason: null } },
  { event: 'operation.finished', detail: { state: 'failed', error: 'OPERATION_FAILED', reason: 'key-weak' } },
  { event: 'certificate.issued', detail: { slot: '9A', algorithm: 'P-256', proof: 'attested' } },
  { event: 'device.asked-back', detail: { reason: 'You get a new one.' } },
  { event: 'login', detail: {} },
].map(({ event, detail }, id) => ({
  id,
  at: '2026-11-25T10:00:00.000Z',
  actor: 'ada',
  event,
  person: event === 'login' ? 'grace' : null,
  address: event === 'login' ? '2001:db8:85a3:8d3:1319:8a2e:370:7348' : '192.0.2.7',
  way: 'password',
  outcome: event === 'login' || event === 'operation.finished' ? 'failed' : 'ok',
  deviceId: event === 'login' ? null : 'd1',
  operationId: event === 'certificate.issued' ? FINISHED_ISSUANCE.id : null,
  detail,
}));

/** The password of whoever looks at a scene. */
export const PASSWORD = 'ada-password';

/** Changes that widen trust, as the server reports them. */
export const WIDENING = [
  {
    what: 'Devices that no vendor vouches for',
    before: 'on hold until an operator approves them',
    after: 'issued like any other',
    widens: true,
  },
  {
    what: 'Trusted root',
    before: 'not trusted',
    after: 'CN=Another vendor, O=Somebody (SHA-256 0c90b7d184a36edf50a35f9be935f0c5689bfdcfe5bdd073366cafb49061a440)',
    widens: true,
  },
];

/** A proposal by another operator. */
export const PROPOSAL = {
  id: '0b5e9a1e-50a1-4a4e-9c39-0f5f0d4e7b11',
  model: 'yubikey',
  modelName: models.yubikey,
  proposedBy: 'olga',
  proposedAt: '2026-11-25T10:00:00.000Z',
  changes: WIDENING,
  isOwn: false,
  through: [] as readonly string[],
  waitsFor: ['ada', 'oscar'],
};

/** Expiry dates of an installation whose authority is in its last days. */
const EXPIRY_DATES = [
  { kind: 'vendor', name: '"Vendor root"', urgency: 'expired' },
  { kind: 'authority', name: '"Example CA"', urgency: 'soon' },
  { kind: 'crl', name: '', urgency: 'later' },
].map((one) => ({ ...one, notBefore: '2016-01-01T00:00:00.000Z', notAfter: '2026-01-01T00:00:00.000Z' }));
const VENDOR_ROOT = {
  name: 'Yubico Attestation Root 1',
  fingerprint: '62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8',
  role: 'root',
  known: true,
  vouchedFor: false,
  problem: null,
  pem: '',
};
const LEVEL = { ...VENDOR_ROOT, name: 'Yubico PIV Attestation B2 1', role: 'intermediate' };
const REVIEWED = [
  { ...VENDOR_ROOT, verdict: 'present' },
  { ...LEVEL, fingerprint: '0c90b7d184a36edf50a35f9be935f0c5689bfdcfe5bdd073366cafb49061a440', verdict: 'withheld' },
  { ...LEVEL, name: 'CN=Yubico FIDO Attestation B 1', known: false, vouchedFor: true, verdict: 'left-out' },
  { ...LEVEL, name: 'CN=Another vendor, O=Somebody', known: false, verdict: 'unknown' },
  { ...LEVEL, name: 'CN=Old level', known: false, verdict: 'unusable', problem: 'expired' },
];

/** The portal's pages in a browser, in front of a server that plays a scene. */
export class PortalPages {
  /** The page's requests. */
  readonly calls: string[] = [];
  /** The page's searches in the operator's list. */
  readonly queries: string[] = [];
  /** The bodies of its POST and PUT requests. */
  readonly bodies: unknown[] = [];
  /** Devices that an operator or their user has ended. */
  readonly #gone = new Set<object>();
  #isProved = false;
  /** The page server's files by path; pages are in the language of the scene. */
  readonly #files = new Map(readdirSync(PUBLIC).map((name) => [`/${name}`, readFileSync(PUBLIC + name, 'utf8')]));
  #browser: PageBrowser | undefined;
  #server: PageServer | undefined;
  #scene: PortalScene | undefined;
  #language = 'en';
  #proposals: readonly object[] = [];
  #roles: v.InferOutput<typeof ROLES_BODY> = PERSON_ROLES;

  /**
   * Sets the pages up for all tests of a file.
   *
   * @param whereabouts the browser, by default the one for pages
   */
  static forTests(whereabouts?: Whereabouts): PortalPages {
    const pages = new PortalPages();
    beforeAll(() => pages.#start(whereabouts));
    afterEach(() => pages.#browser?.reusePages());
    afterAll(() => pages.#stop());
    return pages;
  }

  /** Opens the page of a scene, in its language. */
  async open(scene: PortalScene, look: Look = {}): Promise<Page> {
    if (!this.#browser || !this.#server) throw new Error('the pages are not served yet');
    this.#scene = scene;
    this.#proposals = scene.proposals ?? [];
    this.calls.length = 0;
    this.bodies.length = 0;
    this.queries.length = 0;
    this.#gone.clear();
    this.#isProved = false;
    this.#roles = PERSON_ROLES;
    this.#speak(scene.language ?? 'en');
    return openPage(this.#browser, `${this.#server.origin}${scene.address ?? `/${scene.page}`}`, look);
  }

  /** Serves the page of the scene in a language. */
  #speak(language: string): void {
    if (!this.#scene) throw new Error('no scene is played yet');
    this.#language = language;
    const { page, address = `/${page}`, helpDesk = HELP_DESK } = this.#scene;
    const path = address.split(/[?#]/)[0] ?? '';
    const html =
      page === 'help' ? writeHelpPage(language, helpDesk) : (this.#files.get(`/${page}.${language}.html`) ?? '');
    this.#files.set(path, html.replace('{helpDesk}', escapeHtml(JSON.stringify(helpDesk))));
  }

  /** Replaces the server's devices, whatever an open page still shows. */
  change(devices: readonly object[]): void {
    if (!this.#scene) throw new Error('no scene is played yet');
    this.#scene = { ...this.#scene, devices };
  }

  /** Replaces the devices that differ from their policies. */
  differ(differing: readonly object[]): void {
    if (!this.#scene) throw new Error('no scene is played yet');
    this.#scene = { ...this.#scene, differing };
  }

  async #start(whereabouts?: Whereabouts): Promise<void> {
    this.#server = await PageServer.start(this.#files, (...request) => this.#answer(...request));
    this.#browser = await openPageBrowser(whereabouts);
  }

  async #stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
  }

  /** A scene with a page of its own has no files. */
  get #supportFiles(): readonly object[] {
    return this.#scene?.devicePage === undefined ? SUPPORT_FILES : [];
  }

  /** Answers as the portal's server does in the current scene. */
  #answer(method: string, path: string, body: unknown, query: URLSearchParams): object {
    this.calls.push(`${method} ${path}`);
    if (method === 'POST' || method === 'PUT') this.bodies.push(body);
    const { role, limit = null, fails, takesPhones = false } = this.#scene ?? {};
    const devices = (this.#scene?.devices ?? []).filter((one) => !this.#gone.has(one));
    const { terminated = [], deviceSource = { text: null, url: null }, summary = summaryOf() } = this.#scene ?? {};
    if (path === fails) throw new CardwrightError('DEVICE_STATE', { state: 'active' });
    const user = role === undefined ? null : { username: 'ada', displayName: 'Ada Lovelace', rights: rightsWith(role) };
    if (path === 'password-link') return answerLink(method, body);
    if (path === 'session/password') {
      this.#requirePassword(body);
      const { newPassword } = v.parse(v.looseObject({ newPassword: v.string() }), body);
      return { problem: newPassword.length < 12 ? 'short' : null };
    }
    if (path === 'session' && method === 'POST' && isWeak(body))
      return { user: OWNER, secondFactor: 'unneeded', weakness: 'short' };
    if (path === 'session' && method === 'POST' && this.#scene?.secondFactor !== undefined)
      return { user: OWNER, secondFactor: this.#scene.secondFactor, weakness: null };
    if (path === 'session' && method === 'POST') throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    if (path === 'session') {
      const { takesPasskeys: passkeys = false, hasCard = false, secondFactor = 'unneeded' } = this.#scene ?? {};
      return {
        user,
        passkeys,
        secondFactor: user === null ? 'unneeded' : secondFactor,
        proofs: user && { password: true, passkey: passkeys, card: hasCard, provider: null },
      };
    }
    if (path.startsWith('session/second-factor')) return this.#answerSecondStep(path, body);
    if (path.startsWith('account/passkeys')) return this.#answerPasskeys(method, path, body);
    if (path === 'session/language') {
      this.#speak(v.parse(v.object({ language: v.picklist(LANGUAGES) }), body).language);
      return { user };
    }
    if (path === 'session/proof' && method === 'GET')
      return { isFresh: this.#isProved, endsAt: '2026-11-25T18:00:00.000Z' };
    if (path === 'session/proof') {
      this.#requirePassword(body);
      this.#isProved = true;
      return { user };
    }
    if (path === 'session/providers') return { providers: this.#scene?.providers ?? [] };
    if (path.startsWith('session/provider')) return { refusal: this.#scene?.refusal ?? 'unproved' };
    if (path === 'session/passkey/options') return { options: newPasskeyOptions() };
    if (path === 'session/passkey') {
      if (this.#scene?.refusesPasskeys) throw new CardwrightError(this.#scene.refusesPasskeys);
      return { user: { username: 'ada', displayName: 'Ada Lovelace', rights: rightsWith('user') } };
    }
    if (path === 'devices') {
      const mobile = takesPhones ? { proof: 'none', verified: true } : null;
      const { operations = offersIn(this.#language) } = this.#scene ?? {};
      const places = { max: 3, used: devices.length, reason: limit };
      return { operations, devices, terminated, limit: places, deviceSource, mobile };
    }
    if (path.startsWith('mobile/devices/')) {
      this.#end(devices, path);
      return {};
    }
    if (path.startsWith('devices/') && path.endsWith('/name')) return this.#rename(path, body);
    if (/^devices\/[^/]+\/(report|take-back|replace)$/.test(path)) return this.#report(path);
    if (path.endsWith('/start-again')) return {};
    if (path.endsWith('/support-files')) return method === 'GET' ? { files: this.#supportFiles } : {};
    if (path === 'operator/devices') {
      this.queries.push(query.toString());
      return pageOf(devices, query, this.#scene?.reach);
    }
    if (/(^account|^operator\/people\/[^/]+)\/sessions/.test(path)) return this.#answerSessions(path, body);
    if (path === 'account/access') return { entries: OWN_ACCESS, next: null };
    if (path.includes('/support-files/')) return method === 'GET' ? summary : {};
    if (/^operator\/people\/[^/]+\/(roles|groups)$/.test(path)) return this.#answerRoles(method, body);
    if (/^operator\/people\/[^/]+\/passkeys/.test(path)) return this.#answerPasskeys(method, path, body);
    if (path.startsWith('operator/people/')) return personWith(devices, this.#scene?.left);
    if (path.startsWith('operator/operations/')) return { operation: FINISHED_ISSUANCE };
    if (path.startsWith('operator/devices/') && method === 'GET') return this.#scene?.devicePage ?? DEVICE_PAGE;
    if (path === 'operator/models') return { models: readModels() };
    if (path === 'operator/differences') return { devices: this.#scene?.differing ?? [], next: null };
    if (path.endsWith('/take-back')) return this.#takeBack();
    if (path.startsWith('operator/devices/')) {
      requireSeen(devices, path, body);
      if (path.endsWith('/unlock-code')) return ISSUED_CODE;
      this.#end(devices, path);
      return { state: 'terminated' };
    }
    if (path === 'operator/policy') return method === 'PUT' ? this.#changePolicy(body) : this.#policies();
    if (path.startsWith('operator/policy/proposals/')) {
      if (path.endsWith('/confirm')) this.#requireProof();
      this.#proposals = [];
      return this.#policies();
    }
    if (path === 'operator/vendor-certificates')
      return {
        present: method === 'DELETE' ? [] : [{ ...VENDOR_ROOT, devices: 412 }],
        accepted: false,
        outcome: 'saved',
        changes: [],
        certificates: method === 'POST' ? REVIEWED : [],
      };
    if (path.startsWith('operator/accounts')) return this.#answerAccounts(method, path);
    if (path === 'operator/expiry-dates') return { expiryDates: EXPIRY_DATES };
    if (path === 'operator/audit') return { entries: AUDIT, next: null };
    throw new CardwrightError('METHOD_NOT_FOUND');
  }

  /** Takes any passkey as the second factor, unless the scene refuses passkeys. */
  #answerSecondStep(path: string, body: unknown): object {
    const { refusesPasskeys } = this.#scene ?? {};
    if (path.endsWith('/options')) return { options: { ...newPasskeyOptions(), allowCredentials: this.#allowed } };
    if (refusesPasskeys) throw new CardwrightError(refusesPasskeys);
    v.parse(v.object({ credential: v.looseObject({ id: v.string() }) }), body);
    this.#isProved = true;
    return { user: OWNER, secondFactor: 'given' };
  }

  /** The passkeys that the options of the second step name. */
  #allowed: readonly object[] = [];

  /** Lets the second step ask for these passkeys. */
  allow(...ids: readonly string[]): void {
    this.#allowed = ids.map((id) => ({ type: 'public-key', id, transports: ['usb'] }));
  }

  /** Lists, adds, renames and removes the own passkeys. All but the names take a fresh proof, except in a second step. */
  #answerPasskeys(method: string, path: string, body: unknown): object {
    const left = (this.#scene?.signInPasskeys ?? SIGN_IN_PASSKEYS).filter((one) => !this.#gone.has(one));
    if (method === 'GET') return { passkeys: left };
    const [id, action] = path.split('/passkeys/')[1]?.split('/') ?? [];
    if (action === 'name') {
      const { name } = v.parse(v.object({ name: v.string() }), body);
      return { passkeys: left.map((one) => ('id' in one && one.id === id ? { ...one, name } : one)) };
    }
    if (this.#scene?.secondFactor === undefined && !this.#isProved)
      throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
    if (id === 'options') return { options: newCreationOptions() };
    if (action === 'remove') {
      if (left.length === 1 && path.startsWith('account')) return { passkeys: left, refusal: 'last' };
      for (const one of left) if ('id' in one && one.id === id) this.#gone.add(one);
      return { passkeys: left.filter((one) => !this.#gone.has(one)), refusal: null };
    }
    const { name } = v.parse(v.looseObject({ name: v.string(), credential: v.looseObject({}) }), body);
    const added = { ...SIGN_IN_PASSKEYS[0], id: 'p-new', name, lastUsedAt: null };
    return { user: OWNER, secondFactor: 'given', passkeys: [...left, added], refusal: null };
  }

  /** Ends sessions of the person on the page, and lists those that are left. */
  #answerSessions(path: string, body: unknown): object {
    const ended = v.safeParse(v.object({ which: v.literal('others') }), body).success
      ? SESSIONS.filter(({ isThis }) => !isThis)
      : SESSIONS.filter(({ id }) => path.endsWith('/sessions/end') || path.endsWith(`/${id}/end`));
    for (const one of ended) this.#gone.add(one);
    const left = SESSIONS.filter((one) => !this.#gone.has(one));
    // The page of an operator is in none of the person's sessions.
    return { sessions: path.startsWith('account') ? left : left.map((one) => ({ ...one, isThis: false })) };
  }

  /** Takes a report; what is done about one takes a fresh proof. */
  #report(path: string): object {
    if (!path.endsWith('/report')) this.#requireProof();
    return {};
  }

  #requireProof(): void {
    if (!this.#isProved) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
  }

  /** Takes the work of the device on the page back. */
  #takeBack(): object {
    const scene = this.#scene;
    const shown = v.parse(v.looseObject({ device: v.looseObject({}) }), scene?.devicePage);
    if (scene) this.#scene = { ...scene, devicePage: { ...shown, device: { ...shown.device, work: [], ownWork: [] } } };
    return { isRunning: false };
  }

  /** Gives a device the name that its owner wrote, unless the name is `refused`. */
  #rename(path: string, body: unknown): object {
    const { name } = v.parse(v.object({ name: v.nullable(v.string()) }), body);
    if (name === 'refused') throw new CardwrightError('INVALID_PARAMS', { path: 'name', problem: 'expected another' });
    const devices = this.#scene?.devices ?? [];
    this.change(
      devices.map((one) => ('id' in one && path.split('/').includes(String(one.id)) ? { ...one, name } : one)),
    );
    return { name };
  }

  #policies(): object {
    const { passkeyServices, isAlone = false } = this.#scene ?? {};
    return {
      policies: readPolicies(passkeyServices),
      passkeyServices: PASSKEY_SERVICES,
      proposals: this.#proposals,
      isAlone,
    };
  }

  /** Handles a policy change as the portal does: widening trust needs consent and a fresh proof, and then waits if there is another operator. */
  #changePolicy(body: unknown): object {
    const { changes = [], isAlone = false } = this.#scene ?? {};
    const isAgreed = typeof body === 'object' && body !== null && 'consent' in body;
    if (changes.length === 0) return { ...this.#policies(), outcome: 'saved', changes };
    if (!isAgreed) return { ...this.#policies(), outcome: 'consent-needed', changes };
    this.#requireProof();
    if (isAlone) return { ...this.#policies(), outcome: 'saved', changes };
    this.#proposals = [{ ...PROPOSAL, changes, isOwn: true }];
    return { ...this.#policies(), outcome: 'proposed', changes };
  }

  /** Refuses to take away ada, who is the last administrator. */
  #answerAccounts(method: string, path: string): object {
    if (method === 'GET') return { accounts: ACCOUNTS, next: null };
    this.#requireProof();
    if (/a0\/(disable|delete)$/.test(path)) return { refusal: 'last-administrator', link: null, devices: 0 };
    const hasLink = path === 'operator/accounts' || path.endsWith('/reset');
    const link = {
      address: `https://portal.example.com/set-password#${GOOD_TOKEN}`,
      expiresAt: '2026-11-25T10:15:00.000Z',
    };
    return { refusal: null, link: hasLink ? link : null, devices: path.endsWith('/disable') ? 2 : 0 };
  }

  /** Gives and takes roles as the portal does; the last administrator stays one. */
  #answerRoles(method: string, body: unknown): object {
    const { isBound = false, isLastAdministrator = false } = this.#scene ?? {};
    if (method === 'PUT') {
      this.#requireProof();
      const { grants, groups } = v.parse(ROLES_BODY, body);
      if (isLastAdministrator && grants?.every(({ role }) => role !== 'administrator'))
        throw new CardwrightError('LAST_ADMINISTRATOR');
      // New roles sign the person out everywhere.
      if (grants) for (const one of SESSIONS) this.#gone.add(one);
      this.#roles = { grants: grants ?? this.#roles.grants, groups: groups ?? this.#roles.groups };
    }
    const emptyGroups = (this.#roles.grants ?? []).flatMap(({ group }) => (group === 'Salse' ? group : []));
    return { person: { username: 'ada', displayName: 'Ada Lovelace' }, isBound, ...this.#roles, emptyGroups };
  }

  #requirePassword(body: unknown): void {
    if (v.parse(v.looseObject({ password: v.string() }), body).password !== PASSWORD)
      throw new CardwrightError('PASSWORD_INCORRECT');
  }

  /** Removes the device in an address from all lists. */
  #end(devices: readonly object[], path: string): void {
    for (const one of devices) if ('id' in one && path.split('/').includes(String(one.id))) this.#gone.add(one);
  }
}

/** The body of a change of roles or groups. */
const ROLES_BODY = v.looseObject({
  grants: v.optional(v.array(v.object({ role: v.string(), group: v.nullable(v.string()) }))),
  groups: v.optional(v.array(v.string())),
});

const versioned = v.looseObject({ id: v.string(), version: v.string() });
const action = v.looseObject({ seen: v.string() });

/**
 * Accepts an action only on the current version of a device, as the portal's server does.
 *
 * @throws CardwrightError `DEVICE_CHANGED`
 */
function requireSeen(devices: readonly object[], path: string, body: unknown): void {
  const device = devices.map((one) => v.parse(versioned, one)).find(({ id }) => path.split('/').includes(id));
  if (device?.version !== v.parse(action, body).seen) throw new CardwrightError('DEVICE_CHANGED');
}

/** Returns the text or id of the focused element. */
export const focusedIn = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.id === '' ? element.textContent.trim() : element?.id;
  });

const rightsWith = (role: NonNullable<PortalScene['role']>): readonly Right[] => [
  ...new Set((typeof role === 'string' ? FORMER_ROLES[role] : role).flatMap((one) => RIGHTS_OF[one])),
];

/** Creates the passkey options of one login. */
const newPasskeyOptions = (): object => ({
  challenge: randomBytes(32).toString('base64url'),
  rpId: 'localhost',
  timeout: 300_000,
  userVerification: 'required',
});

/** Creates the options of a new passkey. */
const newCreationOptions = (): object => ({
  rp: { id: 'localhost', name: 'Cardwright' },
  user: { id: randomBytes(16).toString('base64url'), name: 'ada', displayName: 'Ada Lovelace' },
  challenge: randomBytes(32).toString('base64url'),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 300_000,
  excludeCredentials: [],
});

const OWNER = { username: 'ada', displayName: 'Ada Lovelace', rights: RIGHTS_OF.user };

/** True if someone signs in with a password that nobody could set today. */
const isWeak = (body: unknown): boolean => v.parse(v.looseObject({ password: v.string() }), body).password === 'weak';

function answerLink(method: string, body: unknown): object {
  const { token, newPassword = '' } = v.parse(
    v.looseObject({ token: v.string(), newPassword: v.exactOptional(v.string()) }),
    body,
  );
  if (method === 'POST') return { user: token === GOOD_TOKEN ? OWNER : null };
  if (token !== GOOD_TOKEN) return { outcome: 'not-valid' };
  return { outcome: newPassword.length < 12 ? 'short' : 'set' };
}
