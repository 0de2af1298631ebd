import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Browser, Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { launchChromium, openPage, PageServer, waitFor, type Look } from '../../support/page-stage.js';

const PUBLIC = new URL('../../../portal/dist/public/', import.meta.url).pathname;
const POLICIES = new URL('../../../portal/config/device-policies.json', import.meta.url).pathname;
const SCREENSHOTS = new URL('../../screenshots/portal/', import.meta.url).pathname;

type Language = 'en' | 'de';

const certificate = (slot: string, algorithm: string, status: string): object => ({
  slot,
  algorithm,
  status,
  serialNumber: '5f1c8e0a9b3d4c72a6e1f08b7d92c435',
  subject: 'CN=Ada Lovelace',
  proof: 'attested',
  notBefore: '2026-11-25T10:00:00.000Z',
  notAfter: '2029-11-24T10:00:00.000Z',
});

const device = (id: string, state: string, changes: object = {}): object => ({
  id,
  owner: { username: 'ada', displayName: 'Ada Lovelace' },
  model: 'yubikey',
  modelName: 'YubiKey 5',
  serial: '11223344',
  guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11',
  firmware: '5.7.1',
  state,
  stateReason: null,
  proof: 'attested',
  managementKey: 'own',
  hasInitialPin: state === 'pending',
  createdAt: '2026-11-25T10:00:00.000Z',
  issuedAt: '2026-11-25T10:01:00.000Z',
  activatedAt: state === 'active' ? '2026-11-25T10:02:00.000Z' : null,
  certificates: ['9A', '9C', '9D', '9E'].map((slot) =>
    certificate(slot, slot === '9D' ? 'RSA-2048' : 'P-256', state === 'active' ? 'good' : 'on-hold'),
  ),
  ...changes,
});

const WHOLE = [device('d1', 'active', { waysOn: [] })];

/** Each way in which a device is not whole. */
const BROKEN = [
  device('d2', 'pending', {
    waysOn: [],
    model: 'piv',
    modelName: 'PIV card',
    serial: null,
    proof: 'not-proved',
    managementKey: 'configured',
  }),
  device('d3', 'pending', { waysOn: ['go-on'], hasInitialPin: false, serial: '11223345' }),
  device('d4', 'suspended', { waysOn: [], certificates: [] }),
  device('d5', 'failed', { waysOn: ['go-on', 'start-again'], stateReason: 'CA_REFUSED', certificates: [] }),
  device('d6', 'failed', {
    waysOn: ['go-on'],
    stateReason: 'CANCELLED',
    model: 'piv',
    modelName: 'PIV card',
    certificates: [],
  }),
  device('d7', 'producing', { waysOn: ['go-on'], stateReason: 'CARD_REMOVED', issuedAt: null, certificates: [] }),
  device('d8', 'producing', { waysOn: ['go-on'], stateReason: null, issuedAt: null, certificates: [] }),
];
const DEVICES = [...WHOLE, ...BROKEN, device('d9', 'terminated', { certificates: [] })];

interface Scene {
  readonly page: 'login' | 'my-devices' | 'operator';
  readonly role?: 'user' | 'operator';
  /** Of the page; the operator's are English alone. */
  readonly language?: Language;
  readonly devices?: readonly object[];
  readonly limit?: string;
  /** The path that the server answers with an error. */
  readonly fails?: string;
  /** What shows that the page is there. */
  readonly shows: string;
  readonly act?: (page: Page) => Promise<void>;
}

const SCENES: Readonly<Record<string, Scene>> = {
  login: { page: 'login', shows: '>>> #login' },
  'login-refused': {
    page: 'login',
    shows: '>>> #login',
    act: async (page) => {
      await page.locator('>>> #username').fill('ada');
      await page.locator('>>> #password').fill('wrong');
      await page.locator('>>> #login').click();
      await waitFor(page, '>>> [role=alert]');
    },
  },
  'login-german': { page: 'login', language: 'de', shows: '>>> #login' },
  'my-devices': { page: 'my-devices', role: 'user', devices: [...WHOLE, ...BROKEN], shows: '>>> article' },
  'my-devices-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: [...WHOLE, ...BROKEN],
    shows: '>>> article',
  },
  'my-devices-empty': { page: 'my-devices', role: 'user', shows: '>>> .empty' },
  'my-devices-full': {
    page: 'my-devices',
    role: 'user',
    devices: DEVICES.slice(0, 1),
    limit: 'You may have one device, and you have it.',
    shows: '>>> #limit',
  },
  'my-devices-problem': {
    page: 'my-devices',
    role: 'user',
    fails: 'devices',
    shows: '>>> cardwright-error-pane',
  },
  'my-devices-unreachable': { page: 'my-devices', fails: 'session', shows: '>>> cardwright-error-pane' },
  'operator-refused': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES.slice(1, 2),
    fails: 'operator/devices/d2/activate',
    shows: '>>> tbody tr',
    act: async (page) => {
      await page.locator('>>> button[data-action=activate]').click();
      await waitFor(page, '>>> cardwright-error-pane');
    },
  },
  'operator-devices': { page: 'operator', role: 'operator', devices: DEVICES, shows: '>>> tbody tr' },
  'operator-policy': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> form');
    },
  },
  'operator-certificates': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> #present');
      await page.locator('>>> textarea').fill('-----BEGIN CERTIFICATE-----');
      await page.locator('>>> #import').click();
      await waitFor(page, '>>> [name=trustUnknown]');
    },
  },
  'operator-audit': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-audit',
    act: async (page) => {
      await page.locator('>>> #tab-audit').click();
      await waitFor(page, '>>> tbody tr');
    },
  },
};

const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1100 },
  { scheme: 'dark', width: 1100 },
  { scheme: 'light', width: 360, height: 720 },
];

let browser: Browser;
let server: PageServer;
/** What the page server has, by path; the pages are there in the language of the scene. */
let files: Map<string, string>;
let scene: Scene | undefined;

/** What the pages asked for. */
const calls: string[] = [];

/** Answers what the portal's server would, for the scene that is played. */
function answer(method: string, path: string): object {
  calls.push(`${method} ${path}`);
  const { role, devices = [], limit = null, fails } = scene ?? {};
  if (path === fails) throw new CardwrightError('DEVICE_STATE', { state: 'active' });
  const user = role === undefined ? null : { username: 'ada', displayName: 'Ada Lovelace', role };
  if (path === 'session' && method === 'POST') throw new CardwrightError('LOGIN_REQUIRED');
  if (path === 'session') return { user };
  if (path === 'devices') return { devices, limit: { max: 3, used: devices.length, reason: limit } };
  if (path.endsWith('/start-again')) return {};
  if (path === 'operator/devices') return { devices };
  if (path === 'operator/policy') return { policies: readPolicies() };
  if (path === 'operator/vendor-certificates')
    return { present: [VENDOR_ROOT], accepted: false, certificates: method === 'POST' ? REVIEWED : [] };
  if (path === 'operator/audit') return { entries: AUDIT };
  throw new CardwrightError('METHOD_NOT_FOUND');
}

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
  { ...LEVEL, name: 'CN=Old level', known: false, verdict: 'unusable', problem: 'It has expired.' },
];

const AUDIT = ['device.state-changed', 'certificate.issued', 'login'].map((event, id) => ({
  id,
  at: '2026-11-25T10:00:00.000Z',
  actor: 'ada',
  event,
  outcome: event === 'login' ? 'failed' : 'ok',
  deviceId: null,
  operationId: null,
  detail: { from: 'producing', to: 'pending', reason: null },
}));

function readPolicies(): object[] {
  const seeds: unknown = JSON.parse(readFileSync(POLICIES, 'utf8'));
  if (typeof seeds !== 'object' || seeds === null) throw new Error('the policies are no object');
  return Object.entries(seeds).map(([model, { policy }]: [string, { policy: object }]) => ({
    model,
    policy,
    updatedAt: '2026-11-25T10:00:00.000Z',
    updatedBy: 'configuration',
  }));
}

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  files = new Map(readdirSync(PUBLIC).map((name) => [`/${name}`, readFileSync(PUBLIC + name, 'utf8')]));
  server = await PageServer.start(files, answer);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Opens the page of a scene, in its language. */
async function open(played: Scene, look: Look = {}): Promise<Page> {
  scene = played;
  calls.length = 0;
  files.set(`/${played.page}`, files.get(`/${played.page}.${played.language ?? 'en'}.html`) ?? '');
  return openPage(browser, `${server.origin}/${played.page}`, look);
}

describe.each(LOOKS)('the portal in $scheme, $width px wide', (look) => {
  it.each(Object.entries(SCENES))(
    'shows %s without a fault that axe finds, and without scrolling sideways',
    async (name, played) => {
      const page = await open(played, look);
      await waitFor(page, played.shows);
      await played.act?.(page);
      const path = `${SCREENSHOTS}${name}-${look.scheme ?? ''}-${look.width ?? 0}.png`;
      await page.screenshot({ path, fullPage: true });
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.close();
    },
  );
});

describe('a device that is not whole', () => {
  const advice = (page: Page): Promise<string[]> =>
    page.$$eval('>>> article', (articles) =>
      articles.map((article) =>
        [...article.querySelectorAll('.advice p, .ways button')].map((one) => one.textContent.trim()).join(' | '),
      ),
    );

  it.each<[Language, string[]]>([
    [
      'en',
      [
        'No PIN was chosen. | Ask an operator to activate the device; until then you can’t use it.',
        'You have not chosen a PIN yet. | Connect the device and go on; until then you can’t use it. | Go on',
        'An operator suspended the device. | You can’t use it until an operator resumes it.',
        'The issuance failed. The certification authority refused to issue a certificate. | Connect the device and go on, or start again: then it is erased first. | Go on | Start again',
        'The issuance failed. It was cancelled before it was finished. | Connect the device and go on. | Go on',
        'The issuance is not finished. The device was removed. | Connect the device and go on: what is done already is kept. | Go on',
        'The issuance is not finished. | Connect the device and go on: what is done already is kept. | Go on',
      ],
    ],
    [
      'de',
      [
        'Es wurde keine PIN gewählt. | Bitten Sie einen Operator, das Gerät zu aktivieren; bis dahin können Sie es nicht verwenden.',
        'Sie haben noch keine PIN gewählt. | Schließen Sie das Gerät an und setzen Sie fort; bis dahin können Sie es nicht verwenden. | Fortsetzen',
        'Ein Operator hat das Gerät ausgesetzt. | Sie können es nicht verwenden, bis ein Operator es wieder freigibt.',
        'Die Ausstellung ist fehlgeschlagen. Die Zertifizierungsstelle hat ein Zertifikat abgelehnt. | Schließen Sie das Gerät an und setzen Sie fort, oder beginnen Sie neu: Dann wird es zuerst gelöscht. | Fortsetzen | Neu beginnen',
        'Die Ausstellung ist fehlgeschlagen. Sie wurde abgebrochen, bevor sie abgeschlossen war. | Schließen Sie das Gerät an und setzen Sie fort. | Fortsetzen',
        'Die Ausstellung ist nicht abgeschlossen. Das Gerät wurde entfernt. | Schließen Sie das Gerät an und setzen Sie fort: Was schon getan ist, bleibt erhalten. | Fortsetzen',
        'Die Ausstellung ist nicht abgeschlossen. | Schließen Sie das Gerät an und setzen Sie fort: Was schon getan ist, bleibt erhalten. | Fortsetzen',
      ],
    ],
  ])('says in %s what happened, and has the actions that lead on', async (language, expected) => {
    const page = await open({ page: 'my-devices', language, role: 'user', devices: BROKEN, shows: '' });
    await waitFor(page, '>>> article');
    expect(await advice(page)).toEqual(expected);
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual(
      language === 'en' ? ['en', 'My Devices · Cardwright'] : ['de', 'Meine Geräte · Cardwright'],
    );
    await page.close();
  });

  it('can be activated by an operator only where it is known which PIN it has', async () => {
    const page = await open({ page: 'operator', role: 'operator', devices: BROKEN.slice(0, 2), shows: '' });
    await waitFor(page, '>>> tbody tr');
    const actions = await page.$$eval('>>> tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('button')].map(({ dataset }) => dataset.action)),
    );
    expect(actions).toEqual([
      ['activate', 'suspend', 'terminate', 'initial-pin'],
      ['suspend', 'terminate'],
    ]);
    await page.close();
  });

  /** Opens My Devices with one failed device, and hears which device the wizard is opened for. */
  async function openFailed(): Promise<{ page: Page; opened: () => Promise<unknown> }> {
    const failed = device('d5', 'failed', { waysOn: ['go-on', 'start-again'], certificates: [] });
    const page = await open({ page: 'my-devices', role: 'user', devices: [failed], shows: '' });
    await waitFor(page, '>>> [data-action=go-on]');
    const wizard = await page.$('>>> cardwright-add-device');
    await wizard?.evaluate((element) => {
      const openFor = element.open.bind(element);
      element.open = (options) => {
        element.dataset.openedFor = JSON.stringify(options);
        return openFor(options);
      };
    });
    const opened = async (): Promise<unknown> => {
      await waitFor(page, '>>> cardwright-dialog h2');
      return JSON.parse((await wizard?.evaluate(({ dataset }) => dataset.openedFor)) ?? 'null');
    };
    return { page, opened };
  }

  const PREFERENCE = { prefer: { serial: '11223344', guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11', model: 'yubikey' } };

  it.each([
    ['Go on', 1, []],
    ['Start again', 2, ['POST devices/d5/start-again']],
  ])('leads on by keyboard: %s opens the wizard for this very device', async (label, tabs, asked) => {
    const { page, opened } = await openFailed();
    await page.focus('>>> #add-device');
    for (let tab = 0; tab < tabs; tab += 1) await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent.trim();
    });
    expect(focused).toBe(label);
    await page.keyboard.press('Enter');
    expect(await opened()).toEqual(PREFERENCE);
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual(asked);
    await page.close();
  });
});
