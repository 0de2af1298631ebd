import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IndependentTools, openStage, PortalUser, until, type Stage } from '@cardwright/stage';
import { asc, gt } from 'drizzle-orm';
import { CLIENT, IdentityProvider } from '../../../demo/src/identity-provider.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, sessions } from '../../../portal/src/server/store/schema.js';
import { grantSite } from '../../support/granted-site.js';
import { BASE, PORTAL, Slapd } from '../../support/ldap/slapd.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { ACCOUNTS, ALICE, portalOf } from '../../support/portal-options.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { click, fill } from '../../support/wait-for.js';
import { pulledAfter } from '../../support/workplace/faults.js';
import { expectIssuedSilicon } from '../../support/workplace/silicon.js';
import { StagedCard } from '../../support/workplace/staged-card.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(/^oidc-provider WARNING: /);

/**
 * Each operation that wants a fresh proof of identity, by each way to sign in: the wizard asks for the proof once, in place, and continues. Everything
 * is real: portal, OpenID Provider, directory, browser with the extension, and cards behind the smart card service.
 */

const FIRST_PIN = '739154';
const SECOND_PIN = '862713';
const WRONG_PIN = '000000';
const PIN_TRIES = 3;
/** Days for which a certificate is valid here. They are within the days in which a new portal lets owners renew certificates. */
const CERTIFICATE_DAYS = 10;
const HOUR = 60 * 60 * 1000;
/** APDU in the middle of an issuance, after which the card is pulled. */
const MIDDLE = 33;

const PROVIDER = 'work';
const DIRECTORY = 'corp';
const NORA = { sub: 'nora', preferred_username: 'nora', name: 'Nora New' };
/** A person of the directory of the tests. */
const EVE = { username: 'eve', password: 'flowers and leaves' };

/** A way to sign in, and to prove again who one is. */
interface Way {
  readonly way: string;
  /** The way in the audit log. */
  readonly provedBy: string;
  /** Path of the request that asks for the proof. */
  readonly asked: string;
  readonly username: string;
  readonly signIn: (stage: Stage) => Promise<PortalUser>;
  /** Gives the proof in a form of the page. */
  readonly prove: (user: PortalUser, form: string) => Promise<void>;
}

const byPassword =
  (password: string): Way['prove'] =>
  async ({ page }, form) => {
    await fill(page, `${form} #password`, password);
    await click(page, `${form} #prove`);
  };

/** Presses the button of the form, and in the window of the provider, which then closes itself, the one of the person. */
const atProvider: Way['prove'] = async ({ page }, form) => {
  const opening = new Promise<typeof page | null>((resolve) => page.once('popup', resolve));
  await click(page, `${form} #prove-at-provider`);
  const opened = await opening;
  if (opened === null) throw new Error('no window');
  await click(opened, `button[value=${NORA.sub}]`);
  await until(() => Promise.resolve(opened.isClosed()), { what: 'the end of the window' });
  await page.bringToFront();
};

const WAYS: readonly Way[] = [
  {
    way: 'the password of a local account',
    provedBy: 'password',
    asked: '/api/session/proof',
    username: ALICE.username,
    signIn: (stage) => PortalUser.login(stage, ALICE),
    prove: byPassword(ALICE.password),
  },
  {
    way: 'a provider',
    provedBy: PROVIDER,
    asked: '/api/session/proof/provider',
    username: NORA.preferred_username,
    signIn: (stage) => PortalUser.loginAt(stage, PROVIDER, NORA.sub),
    prove: atProvider,
  },
  {
    way: 'the password of a directory',
    provedBy: 'password',
    asked: '/api/session/proof',
    username: EVE.username,
    signIn: (stage) => PortalUser.login(stage, EVE),
    prove: byPassword(EVE.password),
  },
];

let folder: string;
let slapd: Slapd;
let provider: IdentityProvider;
let database: OwnDatabase;
let store: PortalDatabase;
let stage: Stage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cardwright-fresh-proof-'));
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(path.join(folder, name), content, { mode: 0o600 });
    return path.join(folder, name);
  };
  [slapd, provider, database] = await Promise.all([
    Slapd.start(),
    IdentityProvider.start('127.0.0.1'),
    openDatabase({ accounts: ACCOUNTS }),
  ]);
  provider.people.set(NORA.sub, NORA);
  provider.asks = true;
  const signIn = {
    oidc: [
      {
        name: PROVIDER,
        title: 'your work account',
        issuer: provider.issuer,
        clientId: CLIENT.id,
        credential: { secretFile: await file('client-secret', CLIENT.secret) },
        timeout: 10,
      },
    ],
    ldap: {
      name: DIRECTORY,
      url: `ldaps://127.0.0.1:${slapd.ports.ldaps}`,
      ca: await file('ca.pem', slapd.certificate),
      bind: { dn: PORTAL.dn, password: { file: await file('password', PORTAL.password) } },
      base: `ou=people,${BASE}`,
    },
  };
  const portal = portalOf({ algorithm: 'P-256', certificateDays: CERTIFICATE_DAYS });
  stage = await openStage({
    portal: {
      ...portal,
      env: { ...portal.env, DATABASE_URL: database.url, CARDWRIGHT_SIGN_IN: JSON.stringify(signIn) },
    },
  });
  provider.serve(stage.portal.url, PROVIDER);
  store = await openPortalDatabase(database);
  await grantSite(stage.browser.browser, new URL(stage.portal.url).origin, ['read', 'use', 'manage']);
});
afterAll(async () => {
  await store.close();
  await stage.close();
  await Promise.all([provider.stop(), slapd.stop(), database.stop()]);
  await rm(folder, { recursive: true });
});

/** Makes the proofs of identity of all sessions an hour older. */
const ageProofs = () => store.db.update(sessions).set({ provedAt: new Date(Date.now() - HOUR) });

const rowsAfter = (id: number) => store.db.select().from(audit).where(gt(audit.id, id)).orderBy(asc(audit.id));

/** Address of a window of the extension, with its name. */
const EXTENSION_WINDOW = /^chrome-extension:\/\/[^/]+\/pages\/(\w+)/;
/** Panes in which the wizard asks for nothing. They come again when it takes the device again. */
const UNASKING = ['check', 'search', 'connect', 'progress'];

describe.each(WAYS)('a person who signs in with $way', ({ username, signIn, prove, provedBy, asked }) => {
  let card: StagedCard;
  /** Cards of one walk alone. */
  const others: StagedCard[] = [];
  let user: PortalUser;
  /** Panes in which the wizard asked for something, in their order. */
  let panes: string[];
  /** Windows that the extension has opened. */
  let windows: string[];
  /** Requests of the page that ask for a proof of identity. */
  let proofs: string[];
  /** The last row of the audit log before the walk. */
  let lastRow: number;

  beforeEach(async () => {
    user = await signIn(stage);
    await user.page.goto(new URL('/my-devices', stage.portal.url).href);
    await user.devices();
    [panes, windows, proofs, lastRow] = [[], [], [], (await rowsAfter(0)).at(-1)?.id ?? 0];
    user.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === 'POST' && pathname.startsWith('/api/session/proof')) proofs.push(pathname);
    });
    await user.page.exposeFunction('notePane', (pane: string) => {
      if (!UNASKING.includes(pane)) panes.push(pane);
    });
    await user.page.evaluate(watchWizards);
    stage.browser.browser.on('targetcreated', noteWindow);
  });
  afterEach(async () => {
    stage.browser.browser.off('targetcreated', noteWindow);
    await user.page.close();
    await hostsEnd(stage);
    for (const other of others.splice(0)) await other.pull();
  });
  afterAll(() => card.pull());

  const noteWindow = (target: { url(): string }): void => {
    const [, name] = EXTENSION_WINDOW.exec(target.url()) ?? [];
    if (name !== undefined) windows.push(name);
  };

  /** Gives the proof in the wizard of an operation, once it asks. */
  async function proveIn(wizard: string): Promise<void> {
    await user.wizard.pane('prove');
    await prove(user, `>>> ${wizard} portal-fresh-proof >>>`);
  }

  /** Expects that the wizard asked for these things alone, that one proof was given, and that one operation was begun and has ended. */
  async function expectAsked(kind: string, ...expected: readonly string[]): Promise<void> {
    await user.wizard.closes();
    expect(panes).toEqual(expected);
    expect(windows).toEqual(['secret']);
    expect(proofs).toEqual([asked]);
    const events = (await rowsAfter(lastRow)).filter(({ actor }) => actor === username);
    const of = (name: string) => events.filter(({ event }) => event === name);
    expect(of('login.renewed')).toMatchObject([{ way: provedBy }]);
    expect(of('operation.started')).toMatchObject([{ detail: { kind } }]);
    const [begun] = of('operation.started');
    expect(of('operation.finished').map(({ operationId }) => operationId)).toEqual([begun?.operationId]);
  }

  it('issues a device that is chosen once, and asks for the PIN once', async () => {
    card = await StagedCard.insert(stage, 'yubikey', 0, []);
    others.push(await StagedCard.insert(stage, 'yubikey', 1, []));
    await ageProofs();
    await user.addDevice();
    await user.wizard.choose(card.readerName);
    await user.click('#next');
    await proveIn('cardwright-add-device');
    await user.choosePin(FIRST_PIN);
    await expectAsked('issue', 'choose', 'prove', 'pin', 'ready');
    await expectIssuedSilicon(stage, card, FIRST_PIN);
  });

  it('continues an issuance in whose middle the card was pulled, and the proof grew old', async () => {
    const pulled = await StagedCard.insert(stage, 'yubikey', 1, [pulledAfter(MIDDLE)]);
    others.push(pulled);
    await user.addDevice();
    await user.wizard.failure();
    await ageProofs();
    await pulled.putBack();
    await user.wizard.retry();
    await proveIn('cardwright-add-device');
    await user.choosePin(FIRST_PIN);
    await expectAsked('issue', 'error', 'prove', 'pin', 'ready');
    await expectIssuedSilicon(stage, pulled, FIRST_PIN);
  });

  it('gives the device another PIN', async () => {
    const tools = new IndependentTools(stage.env, card.readerName);
    for (let number = 0; number < PIN_TRIES; number += 1) await tools.yubicoVerifyPin(WRONG_PIN);
    await ageProofs();
    await user.forgetPin();
    await proveIn('cardwright-operation[kind=unlock]');
    await user.choosePin(SECOND_PIN);
    await expectAsked('unlock', 'prove', 'pin', 'ready');
    await expectIssuedSilicon(stage, card, SECOND_PIN);
  });

  it('renews the certificates', async () => {
    const former = await expectIssuedSilicon(stage, card, SECOND_PIN);
    await ageProofs();
    await user.click('[data-operation="renew"]');
    await proveIn('cardwright-operation[kind=renew]');
    await user.enterPin(SECOND_PIN);
    await expectAsked('renew', 'prove', 'ready');
    const renewed = await expectIssuedSilicon(stage, card, SECOND_PIN);
    expect(renewed.map(({ serialNumber }) => serialNumber)).not.toEqual(former.map(({ serialNumber }) => serialNumber));
  });
});

/** Runs in the page: reports each pane that a wizard shows. */
function watchWizards(): void {
  let last = '';
  const wizards = document
    .querySelector('portal-my-devices')
    ?.shadowRoot?.querySelectorAll('cardwright-add-device, cardwright-operation');
  for (const { shadowRoot } of wizards ?? []) {
    if (shadowRoot === null) continue;
    const note = (): void => {
      const dialog = shadowRoot.querySelector('cardwright-dialog');
      const pane = dialog?.shadowRoot?.querySelector('dialog')?.open ? dialog.getAttribute('data-pane') : null;
      if (pane === null || pane === last) return;
      last = pane;
      (window as unknown as { notePane(name: string): void }).notePane(pane);
    };
    new MutationObserver(note).observe(shadowRoot, { subtree: true, childList: true, attributes: true });
  }
}
