import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE, type Message } from '@cardwright/protocol/messages';
import chrome from 'sinon-chrome';
import { managed } from '../../../support/fake-chrome.js';
import { settle } from './fake-port.js';
import { LISTING, SessionStage, type PageSide, type ScriptedHost } from './session-stage.js';

// The polyfill needs the fake browser when it is loaded.
const { withMomentaryHost } = await import('../../../../extension/src/background/momentary-host.js');
const { expectFirstPolicy } = await import('../../../../extension/src/policy/first-policy.js');
expectFirstPolicy();

/** Timers stand still; messages arrive all the same. */
const ONLY_TIMERS = { doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] } satisfies Parameters<
  typeof jest.useFakeTimers
>[0];
const FACTS = {
  protocol: PROTOCOL_RANGE.max,
  host: '0.1.0',
  capabilities: ['session', 'device'],
  session: { key: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) } },
};

let stage: SessionStage;
beforeEach(async () => {
  stage = await SessionStage.open();
});
afterEach(() => void jest.useRealTimers());

/** Opens a page whose host has been asked, and does not answer yet. */
async function start(): Promise<{ page: PageSide; host: ScriptedHost }> {
  jest.useFakeTimers(ONLY_TIMERS);
  stage.prepareHost = (host) => {
    host.answers = { ...host.answers, initialize: () => null };
  };
  const page = stage.page();
  page.say({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' } });
  for (;;) {
    // The key of a session is made on another thread.
    await settle();
    const host = stage.hosts.at(-1);
    if (host?.methods.includes('initialize')) return { page, host };
  }
}

async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
  await settle();
}

/** Milliseconds for the work of a host, and of a start that takes longer. */
const [LIMIT, LATE] = [30, 60];

const STARTING = { method: '$/progress', params: { id: 1, kind: 'waiting' } };
const failure = (name: string) => ({ id: 1, error: { data: { name } } });

describe('a host that starts slowly', () => {
  it('is waited for while its process lives, and the page is told', async () => {
    const { page, host } = await start();
    await pass(1_999);
    expect(page.heard).toEqual([]);
    await pass(1);
    expect(page.heard).toMatchObject([STARTING]);
    await pass(27_000);
    const asked = host.received.find((message): message is Message & { id: number } => 'id' in message);
    host.say({ id: asked?.id, result: FACTS });
    await settle();
    expect(page.heard.at(-1)).toMatchObject({ id: 1, result: { versions: { host: '0.1.0' } } });
  });

  it('is given up with the reason as soon as its process ends', async () => {
    const { page, host } = await start();
    await pass(20_000);
    host.port.close('Native host has exited.');
    await settle();
    expect(page.heard).toMatchObject([STARTING, failure('HOST_START_FAILED')]);
  });

  it('is given up after half a minute, and the page may try again', async () => {
    const { page, host } = await start();
    await pass(30_000);
    expect(page.heard).toMatchObject([STARTING, failure('TIMEOUT')]);
    expect(host.port.isOpen).toBe(false);
  });

  it('says nothing more to a page that has its answer', async () => {
    jest.useFakeTimers(ONLY_TIMERS);
    const page = stage.page();
    page.say({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' } });
    while (page.heard.length === 0) await settle();
    await pass(60_000);
    expect(page.heard).toMatchObject([{ id: 1, result: {} }]);
  });
});

describe('a policy that Chromium tells a new extension late', () => {
  it('is waited for, and the page is told', async () => {
    jest.useFakeTimers(ONLY_TIMERS);
    const policy = managed.content;
    managed.content = {};
    chrome.management.getSelf.callsFake(() => Promise.resolve({ installType: 'admin' }));
    chrome.runtime.onInstalled.dispatch({ reason: 'install' });
    const page = stage.page();
    page.say({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' } });
    await pass(1_999);
    expect(page.heard).toEqual([]);
    await pass(1);
    expect(page.heard).toMatchObject([STARTING]);
    managed.content = policy;
    chrome.storage.onChanged.dispatch({ allowedSites: {} }, 'managed');
    while (page.heard.length === 1) await settle();
    expect(page.heard.at(-1)).toMatchObject({ id: 1, result: { granted: ['read', 'use', 'manage'] } });
  });
});

describe('a host that the extension starts for its own menu', () => {
  it('is started in Firefox too, where the id of an extension is an address', async () => {
    const { id } = chrome.runtime;
    chrome.runtime.id = FIREFOX_EXTENSION_ID;
    try {
      await expect(withMomentaryHost(LIMIT, ({ version }) => Promise.resolve(version))).resolves.toBe('0.1.0');
    } finally {
      chrome.runtime.id = id;
    }
  });

  it('has its time once it has started', async () => {
    stage.prepareHost = (host) => {
      host.answers = {
        ...host.answers,
        initialize: ({ id }) => {
          setTimeout(() => host.say({ id, result: FACTS }), LATE);
          return null;
        },
      };
    };
    const found = withMomentaryHost(LIMIT, async (host) => [host.version, await host.request('device.list')]);
    await expect(found).resolves.toEqual(['0.1.0', LISTING]);
  });

  it('is given up where its work takes longer', async () => {
    stage.prepareHost = (host) => {
      host.answers = { ...host.answers, 'device.list': () => null };
    };
    const found = withMomentaryHost(LIMIT, (host) => host.request('device.list'));
    await expect(found).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
