import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Request } from '@cardwright/protocol/messages';
import { connect, requestAccess } from '@cardwright/sdk';
import { FakeBridge } from './fake-bridge.js';
import { OPENED } from './opened-session.js';

let bridge = new FakeBridge();
afterEach(() => {
  jest.useRealTimers();
  bridge.close();
});

/** Timers stand still; messages arrive all the same. */
const ONLY_TIMERS = { doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] } satisfies Parameters<
  typeof jest.useFakeTimers
>[0];

function install(onRequest: (request: Request, bridge: FakeBridge) => void): FakeBridge {
  bridge = new FakeBridge(true, onRequest);
  return bridge;
}

describe('connect', () => {
  it('reports a missing extension within a second', async () => {
    bridge = new FakeBridge(false);
    jest.useFakeTimers();
    const attempt = connect({ window: bridge.window }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(999);
    jest.useRealTimers();
    await expect(attempt).resolves.toMatchObject({ code: 'EXTENSION_MISSING' });
  });

  it.each([
    ['at an address that is not secure', 'http://portal.example', {}],
    ['at a name that only looks local', 'http://localhost.example:3000', {}],
    ['at an address without an origin', 'null', {}],
    ['in a frame', 'https://portal.example', { top: {} }],
  ])('reports to a page %s that no extension would hear it', async (_where, origin, more) => {
    bridge = new FakeBridge(false);
    jest.useFakeTimers();
    const window = { ...bridge.window, location: { origin }, ...more };
    const attempt = connect({ window }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(999);
    jest.useRealTimers();
    await expect(attempt).resolves.toMatchObject({ code: 'INSECURE_CONTEXT' });
  });

  it.each(['needed', 'denied', 'blocked'])('reports at once that the site is not granted: %s', async (consent) => {
    install(({ id }, other) => other.error(id, 'SITE_NOT_GRANTED', 2002, { consent }));
    // No timer expires.
    jest.useFakeTimers(ONLY_TIMERS);
    const attempt = connect({ window: bridge.window });
    await expect(attempt).rejects.toMatchObject({ code: 'SITE_NOT_GRANTED', data: { consent } });
  });

  it('reports which part to update if no version is common', async () => {
    install(({ id }, other) => other.error(id, 'VERSION_MISMATCH', 1007, { update: 'host' }));
    const attempt = connect({ window: bridge.window });
    await expect(attempt).rejects.toMatchObject({ code: 'VERSION_MISMATCH', data: { update: 'host' } });
  });

  it('reports that the extension was lost if the session ends during the handshake', async () => {
    install((_request, other) => other.send({ cardwright: 'closed' }));
    await expect(connect({ window: bridge.window })).rejects.toMatchObject({ code: 'EXTENSION_LOST' });
  });

  it('asks for a reload at once if the extension was updated since the page was loaded', async () => {
    bridge = new FakeBridge(false);
    const answered = {
      ...bridge.window,
      postMessage: (hello: unknown, target: string, [port]: Transferable[]) => {
        bridge.window.postMessage(hello, target, port ? [port] : []);
        bridge.send({ cardwright: 'closed' });
      },
    };
    // No timer expires.
    jest.useFakeTimers(ONLY_TIMERS);
    await expect(connect({ window: answered })).rejects.toMatchObject({
      code: 'EXTENSION_UPDATED',
      recovery: 'reload',
    });
  });

  it('gives up within five seconds if nothing answers the handshake', async () => {
    const asked = new Promise<void>((resolve) => install(() => resolve()));
    jest.useFakeTimers(ONLY_TIMERS);
    const attempt = connect({ window: bridge.window }).catch((error: unknown) => error);
    await asked;
    await jest.advanceTimersByTimeAsync(4_999);
    await expect(attempt).resolves.toMatchObject({ code: 'TIMEOUT' });
  });

  it('waits as long as the extension does once it says that the host is starting', async () => {
    const asked = new Promise<Request>((resolve) => install((request) => resolve(request)));
    jest.useFakeTimers(ONLY_TIMERS);
    const onStarting = jest.fn();
    const attempt = connect({ window: bridge.window, onStarting });
    const { id } = await asked;
    bridge.send({ jsonrpc: '2.0', method: '$/progress', params: { id, kind: 'waiting' } });
    while (onStarting.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(59_000);
    bridge.result(id, OPENED);
    await expect(attempt).resolves.toMatchObject({ session: OPENED });
  });

  it('refuses an answer that does not fit the command table', async () => {
    install(({ id }, other) => other.result(id, { ...OPENED, session: null }));
    await expect(connect({ window: bridge.window })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('can be cancelled while it waits for the extension', async () => {
    bridge = new FakeBridge(false);
    const abort = new AbortController();
    const attempt = connect({ window: bridge.window, signal: abort.signal });
    abort.abort();
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('opens a session that calls, validates, and reports devices', async () => {
    const listing = { readers: ['One'], devices: [] };
    install(({ id, method }, other) => other.result(id, method === 'initialize' ? OPENED : listing));
    const client = await connect({ window: bridge.window });
    const seen: string[][] = [];
    const stop = await client.watchDevices(({ readers }) => seen.push(readers));
    bridge.send({ jsonrpc: '2.0', method: 'device.changed', params: { readers: ['One', 'Two'], devices: [] } });
    bridge.send({ jsonrpc: '2.0', method: 'device.changed', params: { readers: 'not a listing' } });
    await client.call('device.list', {});
    stop();
    expect(seen).toEqual([['One'], ['One', 'Two']]);
    client.close();
    expect(client.closed.aborted).toBe(true);
  });

  it('sends no command that must come in a signed step, and none with wrong parameters', async () => {
    install(({ id }, other) => other.result(id, OPENED));
    const client = await connect({ window: bridge.window });
    // The types refuse it, but a page may be written without them.
    const untyped: { call(method: string, params: object): Promise<unknown> } = client;
    await expect(untyped.call('device.reset', {})).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    await expect(client.call('device.open', { device: '' })).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
    expect(bridge.received.map(({ method }) => method)).toEqual(['initialize']);
    client.close();
  });
});

describe('requestAccess', () => {
  it('asks for all classes, in a separate session', async () => {
    install(({ id }, other) => other.result(id, { granted: ['read', 'use', 'manage'] }));
    expect(await requestAccess(undefined, { window: bridge.window })).toEqual({ granted: ['read', 'use', 'manage'] });
    expect(bridge.received[0]).toMatchObject({
      method: 'access.request',
      params: { classes: ['read', 'use', 'manage'] },
    });
  });
});
