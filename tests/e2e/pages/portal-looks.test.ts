import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Browser, Page } from 'puppeteer-core';
import {
  findAccessibilityFaults,
  launchChromium,
  openPage,
  PageServer,
  waitFor,
  type Look,
} from '../../support/page-stage.js';

const PUBLIC = new URL('../../../portal/dist/public/', import.meta.url).pathname;
const POLICIES = new URL('../../../portal/config/device-policies.json', import.meta.url).pathname;
const SCREENSHOTS = new URL('../../screenshots/portal/', import.meta.url).pathname;

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

const DEVICES = [
  device('d1', 'active'),
  device('d2', 'pending', {
    model: 'piv',
    modelName: 'PIV card',
    serial: null,
    proof: 'not-proved',
    managementKey: 'configured',
  }),
  device('d3', 'suspended', { certificates: [] }),
  device('d4', 'failed', { certificates: [] }),
  device('d5', 'producing', { certificates: [] }),
  device('d6', 'terminated', { certificates: [] }),
];

interface Scene {
  readonly page: 'login' | 'my-devices' | 'operator';
  readonly role?: 'user' | 'operator';
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
  'my-devices': { page: 'my-devices', role: 'user', devices: DEVICES, shows: '>>> article' },
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
let scene: Scene | undefined;

/** Answers what the portal's server would, for the scene that is played. */
function answer(method: string, path: string): object {
  const { role, devices = [], limit = null, fails } = scene ?? {};
  if (path === fails) throw new CardwrightError('DEVICE_STATE', { state: 'active' });
  const user = role === undefined ? null : { username: 'ada', displayName: 'Ada Lovelace', role };
  if (path === 'session' && method === 'POST') throw new CardwrightError('LOGIN_REQUIRED');
  if (path === 'session') return { user };
  if (path === 'devices') return { devices, limit: { max: 3, used: devices.length, reason: limit } };
  if (path === 'operator/devices') return { devices };
  if (path === 'operator/policy') return { policies: readPolicies() };
  if (path === 'operator/audit') return { entries: AUDIT };
  throw new CardwrightError('METHOD_NOT_FOUND');
}

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
  const files = readdirSync(PUBLIC).map((name) => [`/${name}`, readFileSync(PUBLIC + name, 'utf8')] as const);
  const pages = files
    .filter(([name]) => name.endsWith('.html'))
    .map(([name, html]) => [name.slice(0, -5), html] as const);
  server = await PageServer.start(new Map([...files, ...pages]), answer);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe.each(LOOKS)('the portal in $scheme, $width px wide', (look) => {
  it.each(Object.entries(SCENES))(
    'shows %s without a fault that axe finds, and without scrolling sideways',
    async (name, played) => {
      scene = played;
      const page = await openPage(browser, `${server.origin}/${played.page}`, look);
      await waitFor(page, played.shows);
      await played.act?.(page);
      const path = `${SCREENSHOTS}${name}-${look.scheme ?? ''}-${look.width ?? 0}.png`;
      await page.screenshot({ path, fullPage: true });
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.browserContext().close();
    },
  );
});
