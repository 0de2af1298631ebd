import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, validate, type ErrorCode } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { publicJwk } from '@cardwright/protocol/schemas';
import { supportBundle } from '@cardwright/protocol/trace';
import { exportJWK, generateKeyPair } from 'jose';
import chrome from 'sinon-chrome';
import type { BundleSources } from '../../../extension/src/pages/bundle/support-bundle.js';
import { local, managed, resetFakeChrome } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { diagnoseHost } = await import('../../../extension/src/background/host-check.js');
const { RecentFailures } = await import('../../../extension/src/background/recent-failures.js');
const { makeSupportBundle } = await import('../../../extension/src/pages/bundle/support-bundle.js');

const ORIGIN = 'https://portal.example.com';
const OTHER = 'https://private.example.org';
const NOTHING: BundleSources = {
  diagnoseHost,
  readPastEvents: () => Promise.resolve({ failures: [], trace: null }),
};
const CHECK = { id: 'pcsc', outcome: 'failed', code: 'PCSC_UNAVAILABLE', detail: 'It is stopped.' };

type Listener = (value: unknown) => void;

/** Starts a host that answers by method; without an answer it ends at once. */
function stageHost(answers: Readonly<Record<string, object>>): { isClosed: boolean } {
  const state = { isClosed: false };
  chrome.runtime.connectNative.callsFake(() => {
    let hear: Listener = () => undefined;
    const port = {
      onMessage: { addListener: (listener: Listener) => (hear = listener) },
      onDisconnect: {
        addListener: (listener: Listener) => {
          if (Object.keys(answers).length === 0)
            setImmediate(() => listener({ error: new Error('Specified native messaging host not found.') }));
        },
      },
      postMessage: ({ id, method }: { id: number; method: string }) =>
        setImmediate(() => hear({ jsonrpc: '2.0', id, result: answers[method] ?? {} })),
      disconnect: () => {
        state.isClosed = true;
      },
    };
    return port;
  });
  return state;
}

const { publicKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
const key = validate(publicJwk, await exportJWK(publicKey));
const initialize = {
  protocol: PROTOCOL_RANGE.max,
  host: '9.9.9',
  capabilities: ['session', 'diagnostics'],
  session: { key },
};

const BUILD = `${PRODUCT_VERSION}+g4dc5a622`;

beforeEach(() => {
  resetFakeChrome();
  chrome.runtime.getPlatformInfo.callsFake(() => Promise.resolve({ os: 'linux', arch: 'x86-64' }));
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Chromium 140' }, configurable: true });
  chrome.i18n.getUILanguage.callsFake(() => 'de');
  chrome.runtime.getManifest.callsFake(() => ({ version: PRODUCT_VERSION, version_name: BUILD }));
});

it('contains versions and all checks of a host that was started for it, and ends that host', async () => {
  const host = stageHost({ initialize, 'diagnostics.run': { checks: [CHECK] } });
  const bundle = validate(supportBundle, await makeSupportBundle(null, NOTHING));
  expect(bundle).toMatchObject({
    madeBy: 'extension',
    versions: { extension: PRODUCT_VERSION, host: '9.9.9' },
    environment: { system: 'linux x86-64', language: 'de' },
    policy: null,
    trace: null,
  });
  expect(bundle.checks).toContainEqual(CHECK);
  expect(bundle.checks).toContainEqual(expect.objectContaining({ id: 'extension', detail: `Version ${BUILD}.` }));
  expect(host.isClosed).toBe(true);
});

it('is made without a host too, and reports that', async () => {
  stageHost({});
  const { versions, checks } = await makeSupportBundle(ORIGIN, NOTHING);
  expect(versions.host).toBeNull();
  expect(checks.find(({ id }) => id === 'host')).toMatchObject({ outcome: 'failed', code: 'HOST_MISSING' });
});

it('names the site that asked, and only the number of other granted sites', async () => {
  stageHost({});
  local.content = {
    [`site:${OTHER}`]: { granted: ['read'], denied: [] },
    [`site:${ORIGIN}`]: { granted: ['read', 'use'], denied: [] },
  };
  const bundle = await makeSupportBundle(ORIGIN, NOTHING);
  expect(bundle.checks).toContainEqual({ id: 'site', outcome: 'passed', code: null, detail: `${ORIGIN}: read, use` });
  expect(bundle.checks.find(({ id }) => id === 'sites')?.detail).toBe('Other sites that the user granted: 1.');
  expect(JSON.stringify(bundle)).not.toContain(OTHER);
});

it('contains the current policy, with only the ids of keys', async () => {
  stageHost({});
  const signing = { ...key, kid: 'the-key', use: 'sig', alg: 'ES256' };
  managed.content = {
    allowedSites: { [ORIGIN]: ['read'] },
    siteKeys: { [ORIGIN]: { keys: [signing] }, [OTHER]: 'nothing that can be read' },
  };
  const { policy, checks } = await makeSupportBundle(ORIGIN, NOTHING);
  expect(policy).toMatchObject({ allowedSites: { [ORIGIN]: ['read'] }, siteKeys: { [OTHER]: 'not readable' } });
  expect(JSON.stringify(policy)).not.toContain(key.x);
  expect(checks).toContainEqual({ id: 'site', outcome: 'passed', code: null, detail: `${ORIGIN}: read` });
});

describe('the failed commands', () => {
  const wire = (name: ErrorCode) => ({ code: 1, message: `PIN 739164`, data: { name, details: { pin: '739164' } } });
  const site = (origin: string) => ({ origin, isPrivate: false });
  const fileWith = (failures: InstanceType<typeof RecentFailures>, origin: string | null) =>
    makeSupportBundle(origin, {
      ...NOTHING,
      readPastEvents: async (site) => ({ failures: await failures.of(site), trace: null }),
    });

  it('are in the file though nothing was recorded and every check passed, including each command of a step', async () => {
    stageHost({ initialize, 'diagnostics.run': { checks: [] } });
    managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
    const failures = new RecentFailures();
    failures.note(site(ORIGIN), 'device.list', { error: new CardwrightError('NO_READER').toWire() });
    failures.note(site(ORIGIN), 'step.run', {
      result: {
        outcomes: [
          { method: 'key.generate', result: {} },
          { method: 'key.attest', error: wire('CARD_REMOVED') },
        ],
      },
    });
    const bundle = validate(supportBundle, await fileWith(failures, ORIGIN));
    expect(bundle.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(bundle.trace).toBeNull();
    expect(bundle.failures).toEqual([
      { at: expect.any(Number), method: 'device.list', code: 'NO_READER' },
      { at: expect.any(Number), method: 'key.attest', code: 'CARD_REMOVED' },
    ]);
    expect(JSON.stringify(bundle)).not.toContain('739164');
  });

  it.each([
    ['the site', ORIGIN, ['NO_READER']],
    ['another one', OTHER, ['CARD_REMOVED']],
    ['one at which nothing failed', 'https://portal.example.com.evil.example', []],
    ['one with another port', `${ORIGIN}:8443`, []],
    ['all of them, without their names', null, ['NO_READER', 'CARD_REMOVED']],
  ])('are those of %s if the file is for it', async (_whose, origin, codes) => {
    stageHost({});
    const failures = new RecentFailures();
    failures.note(site(ORIGIN), 'device.list', { error: wire('NO_READER') });
    failures.note(site(OTHER), 'device.list', { error: wire('CARD_REMOVED') });
    const bundle = validate(supportBundle, await fileWith(failures, origin));
    expect(bundle.failures?.map(({ code }) => code)).toEqual(codes);
    for (const named of [ORIGIN, OTHER].filter((one) => origin?.startsWith(one) !== true))
      expect(JSON.stringify(bundle)).not.toContain(named);
  });
});
