import { describe, expect, it, jest } from '@jest/globals';
import { commands, isMethod } from '@cardwright/protocol';
import type { Message } from '@cardwright/protocol/messages';
import { settle } from './fake-port.js';
import { LISTING, SessionStage } from './session-stage.js';

// The polyfill needs the fake browser when it is loaded.
const { InspectorRuns } = await import('../../../../extension/src/background/inspector-runs.js');
const { Trace } = await import('../../../../extension/src/background/trace.js');

const failed = (run: number, name: string, details: object = expect.anything()) => ({
  type: 'ran',
  run,
  error: expect.objectContaining({ data: { name, details } }) as object,
});

describe('a command that an inspector runs', () => {
  it('is answered only to the inspector, while the page receives neither answer nor progress nor change', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    const before = page.heard.length;
    host.answers = {
      'device.list': ({ id }) => {
        host.say({ method: '$/progress', params: { id, kind: 'waiting' } });
        host.say({ method: 'device.changed', params: LISTING });
        return LISTING;
      },
    };
    expect(await inspector.run(5, 'device.list')).toEqual({ type: 'ran', run: 5, result: LISTING });
    expect(page.heard.slice(before)).toEqual([]);
    const entries = (await inspector.entries()).slice(4).map((entry) => {
      return entry.kind === 'message' ? [entry.request, entry.from, entry.to, entry.type, entry.method] : [];
    });
    expect(entries).toEqual([
      ['inspector-1', 'inspector', 'extension', 'request', 'device.list'],
      ['inspector-1', 'extension', 'host', 'request', 'device.list'],
      ['inspector-1', 'host', 'extension', 'notification', '$/progress'],
      [null, 'host', 'extension', 'notification', 'device.changed'],
      ['inspector-1', 'host', 'extension', 'result', 'device.list'],
      ['inspector-1', 'extension', 'inspector', 'result', 'device.list'],
    ]);
    await page.ask(2, 'device.list');
    host.say({ method: 'device.changed', params: LISTING });
    expect(page.heard.at(-1)).toMatchObject({ method: 'device.changed' });
  });

  it('cannot be cancelled, answered or overheard by a page with the same id', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    host.answers = { 'pin.getStatus': () => null, 'device.list': () => LISTING };
    const ran = inspector.run(1, 'pin.getStatus');
    await settle();
    page.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'inspector-1' } });
    page.say({ jsonrpc: '2.0', id: 'inspector-1', result: { pin: 'forged' } });
    const answer = await page.ask('inspector-1', 'device.list');
    expect(answer).toMatchObject({ result: LISTING });
    expect(host.methods).not.toContain('$/cancelRequest');
    const asked = host.received.find((message) => 'method' in message && message.method === 'pin.getStatus');
    const status = { retriesLeft: 3, blocked: false, isDefault: null };
    const id = asked && 'id' in asked ? asked.id : undefined;
    await ran;
    host.say({ id, result: { pin: status, puk: status } });
    await settle();
    expect(inspector.heard.at(-1)).toEqual({ type: 'ran', run: 1, result: { pin: status, puk: status } });
    expect(page.heard.filter((message) => JSON.stringify(message).includes('puk'))).toEqual([]);
    const names = new Set((await inspector.entries()).map(({ request }) => request));
    expect(names).toEqual(new Set(['1', 'inspector-1', '"inspector-1"']));
  });

  it('must be a command of class read', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { host } = await stage.openPage();
    const refused = Object.keys(commands).filter((name) => isMethod(name) && commands[name].permission !== 'read');
    expect(refused.length).toBeGreaterThan(15);
    for (const [run, method] of [...refused, 'device.steal', '__proto__', '$/setTrace', 'user.confirm'].entries()) {
      const ran = await inspector.run(run, method, { device: 'serial:1', classes: ['manage'] });
      expect([method, ran]).toEqual([method, { type: 'ran', run, error: expect.anything() }]);
    }
    expect(await inspector.run(100, 'device.open', { device: 'serial:1' })).toEqual(
      failed(100, 'PERMISSION_DENIED', { permission: 'use' }),
    );
    expect(await inspector.run(101, 'device.reset')).toEqual(failed(101, 'STEP_REQUIRED'));
    expect(await inspector.run(102, 'access.request', { classes: ['read'] })).toEqual(failed(102, 'METHOD_NOT_FOUND'));
    expect(host.methods).toEqual(['initialize']);
  });

  it('passes the checks for the page: grant, parameters, session, size and depth', async () => {
    const stage = await SessionStage.open(['use']);
    const inspector = await stage.inspector();
    stage.page();
    expect(await inspector.run(1, 'device.list')).toEqual(failed(1, 'NOT_INITIALIZED'));
    const { host } = await stage.openPage();
    expect(await inspector.run(2, 'device.list')).toEqual(failed(2, 'PERMISSION_DENIED', { permission: 'read' }));
    const granted = await SessionStage.open();
    const other = await granted.inspector();
    const { host: second } = await granted.openPage();
    expect(await other.run(3, 'device.list', { force: true })).toEqual(failed(3, 'INVALID_PARAMS'));
    expect(await other.run(4, 'device.list', { x: 'x'.repeat(300_000) })).toEqual(failed(4, 'INVALID_MESSAGE'));
    const deep: unknown = JSON.parse('['.repeat(40) + ']'.repeat(40));
    expect(await other.run(5, 'device.list', { deep })).toEqual(failed(5, 'INVALID_MESSAGE'));
    expect([host.methods, second.methods]).toEqual([['initialize'], ['initialize']]);
  });

  it("takes none of the page's places", async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    host.answers = { 'device.list': () => null, 'diagnostics.run': () => null };
    for (let run = 1; run <= 32; run += 1) await inspector.run(run, 'device.list');
    expect(await inspector.run(33, 'device.list')).toEqual(failed(33, 'INVALID_MESSAGE'));
    await page.send(2, 'diagnostics.run');
    expect(host.methods).toContain('diagnostics.run');
  });

  it('ends with its session', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    host.answers = { 'device.list': () => null };
    await inspector.run(1, 'device.list');
    page.port.close();
    await settle();
    expect(inspector.heard).toContainEqual(failed(1, 'CANCELLED'));
  });
});

describe('the runs of a session that has ended', () => {
  it('are cancelled, and nothing is asked for later ones', async () => {
    const signals: AbortSignal[] = [];
    const session = { id: 'session', origin: 'https://portal.example', started: 1 };
    const trace = new Trace({ live: () => [], tellApdus: () => undefined });
    const runs = new InspectorRuns(session, trace, { size: 0 }, (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    void runs.run('device.list', {});
    runs.end();
    expect(await runs.run('device.list', {})).toMatchObject({ error: { data: { name: 'CANCELLED' } } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a host that sends anything but a message', () => {
  it('ends its session, with HOST_ANSWER_INVALID for the pending request and for the page', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const stage = await SessionStage.open();
    const { page, host } = await stage.openPage();
    host.answers = { 'device.list': () => null };
    await page.send(2, 'device.list');
    host.port.say({ hello: 'world' });
    host.say({ id: 2, result: LISTING });
    await settle();
    const names = page.heard.slice(1).map((message: Message) => JSON.stringify(message));
    expect(names).toEqual([
      expect.stringMatching(/"id":2.*HOST_ANSWER_INVALID/),
      expect.stringMatching(/session\.ended.*HOST_ANSWER_INVALID/),
    ]);
    expect(host.port.isOpen).toBe(false);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  it('is reported as well if its answer does not fit the table', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const stage = await SessionStage.open();
    const { page, host } = await stage.openPage();
    host.answers = { 'device.list': () => ({ readers: 42 }) };
    expect(await page.ask(2, 'device.list')).toMatchObject({ error: { data: { name: 'HOST_ANSWER_INVALID' } } });
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });
});
