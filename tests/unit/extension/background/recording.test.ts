import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import type { TraceEntry, TracedMessage } from '@cardwright/protocol/trace';
import { local, session } from '../../../support/fake-chrome.js';
import { OWN, settle } from './fake-port.js';
import { InspectorSide, LISTING, ORIGIN, SessionStage } from './session-stage.js';

const DEVICE = {
  id: 'serial:1',
  provisional: false,
  reader: 'Reader 00 00',
  atr: 'OwA',
  state: 'ready',
  model: 'yubikey',
  modelName: 'YubiKey',
  firmware: '5.7.2',
  serial: '1',
  guid: null,
  applications: ['piv'],
  capabilities: null,
  certificates: [],
  pin: null,
  puk: null,
  managementKey: null,
};

/** Writes an entry in a line: hop, request, type and method. */
const line = (entry: TraceEntry): string =>
  entry.kind === 'apdu'
    ? `${entry.request ?? '-'} apdu ${entry.exchange.instruction}`
    : `${entry.request ?? '-'} ${entry.from}>${entry.to} ${entry.type} ${entry.method}`;

const messages = (entries: readonly TraceEntry[]): TracedMessage[] =>
  entries.filter((entry): entry is TracedMessage => entry.kind === 'message');

/** Lists the browser's keys of the trace; failures are kept in any case. */
const keptTrace = (): string[] => Object.keys(session.content).filter((key) => key.startsWith('trace:'));

afterEach(() => {
  jest.useRealTimers();
});

describe('without an open inspector or permanent recording', () => {
  it('makes no record, whatever sessions do, and there is no file', async () => {
    const stage = await SessionStage.open();
    const { page, host } = await stage.openPage();
    await page.ask(2, 'device.list');
    page.say('no message');
    host.sayApdu(2);
    page.port.close();
    await settle();
    expect(stage.trace.recorder).toBeNull();
    expect([stage.recordsMade, stage.trace.file(null)]).toEqual([0, null]);
    expect(host.methods).toEqual(['initialize', 'device.list']);
  });

  it("keeps nothing of a closed inspector's record", async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    await stage.openPage();
    expect(stage.trace.file(null)?.entries).toHaveLength(4);
    inspector.port.close();
    expect([stage.trace.file(null), stage.trace.recorder, [...stage.trace.entries()]]).toEqual([null, null, []]);
  });
});

describe('an inspector', () => {
  it.each([
    ['a page of the web', { id: 'bgndimlbjcagmmnfhehofoeodifnnofp', url: `${ORIGIN}/`, tab: { id: 1 } }],
    ['another extension', { id: 'abcdefghijklmnopabcdefghijklmnop', url: `${OWN}pages/inspector.html` }],
    ['nobody', {}],
  ])('is refused and receives nothing if it is %s', async (_who, sender) => {
    const stage = await SessionStage.open();
    const forged = new InspectorSide(stage, sender);
    await settle();
    await stage.openPage();
    forged.port.say({ type: 'record', recording: { kept: true, apdus: true } });
    forged.port.say({ type: 'run', run: 1, session: stage.newest, method: 'device.list', params: {} });
    await settle();
    expect(forged.port).toMatchObject({ isOpen: false, heard: [] });
    expect([stage.recordsMade, local.content, stage.hosts[0]?.methods]).toEqual([0, {}, ['initialize']]);
  });

  it("sees a request over both hops under the page's id", async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page } = await stage.openPage();
    await page.ask('a', 'device.list');
    expect((await inspector.entries()).map(line)).toEqual([
      '1 page>extension request initialize',
      '1 extension>host request initialize',
      '1 host>extension result initialize',
      '1 extension>page result initialize',
      '"a" page>extension request device.list',
      '"a" extension>host request device.list',
      '"a" host>extension result device.list',
      '"a" extension>page result device.list',
    ]);
    expect(inspector.state).toMatchObject({
      recording: { active: true, kept: false, apdus: false },
      sessions: [{ id: stage.newest, origin: ORIGIN, ended: null }],
      dropped: 0,
    });
    const [first] = messages(await inspector.entries());
    expect(first).toMatchObject({
      number: 1,
      session: stage.newest,
      content: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' },
    });
    page.port.close();
    await inspector.entries();
    expect(inspector.state?.sessions[0]?.ended).toEqual(expect.any(Number));
  });

  it('sees progress, the question to the user and its answer as part of the request', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    const confirm = { action: 'reset', device: DEVICE };
    host.answers = {
      'pin.verify': ({ id }) => {
        host.say({ method: '$/progress', params: { id, kind: 'user', method: 'pin.verify' } });
        host.say({ id: 'host-1', method: 'user.confirm', params: confirm });
        host.say({ method: '$/cancelRequest', params: { id: 'host-1' } });
        return null;
      },
    };
    await page.send(7, 'pin.verify', { secrets: { pin: { source: 'user' } } });
    page.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 7 } });
    await settle();
    expect((await inspector.entries()).slice(4).map(line)).toEqual([
      '7 page>extension request pin.verify',
      '7 extension>host request pin.verify',
      '7 host>extension notification $/progress',
      '7 extension>page notification $/progress',
      '7 host>extension request user.confirm',
      '7 host>extension notification $/cancelRequest',
      '7 extension>host error user.confirm',
      '7 page>extension notification $/cancelRequest',
      '7 extension>host notification $/cancelRequest',
    ]);
  });

  it('learns only the live sessions from before it opened', async () => {
    const stage = await SessionStage.open();
    const { page } = await stage.openPage();
    const inspector = await stage.inspector();
    expect(inspector.state?.sessions).toMatchObject([{ id: stage.newest }]);
    expect(await inspector.entries()).toEqual([]);
    await page.ask(2, 'device.list');
    expect(await inspector.entries()).toHaveLength(4);
  });

  it('receives many entries in few messages', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page } = await stage.openPage();
    for (let id = 2; id <= 21; id += 1) await page.ask(id, 'device.list');
    expect(await inspector.entries()).toHaveLength(84);
    expect(inspector.heard.filter(({ type }) => type === 'entries').length).toBeLessThan(10);
    const second = await stage.inspector();
    expect(second.heard.map(({ type }) => type)).toEqual(['state', 'entries']);
  });

  it('pauses and resumes, and clears', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page } = await stage.openPage();
    await inspector.record({ active: false });
    await page.ask(2, 'device.list');
    await inspector.record({ active: true });
    await page.ask(3, 'device.list');
    expect(new Set((await inspector.entries()).map(({ request }) => request))).toEqual(new Set(['1', '3']));
    inspector.port.say({ type: 'clear' });
    await settle();
    expect(inspector.heard.at(-2)).toEqual({ type: 'cleared' });
    expect(stage.trace.file(null)).toBeNull();
  });

  it('sees that a page sent something other than a message, but not its content', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page } = await stage.openPage();
    page.say({ jsonrpc: '2.0', id: 9, '739164': '739164' });
    page.port.say('739164');
    const entries = await inspector.entries();
    expect(entries.slice(4).map(line)).toEqual([
      '- page>extension notification INVALID',
      '9 extension>page error ',
      '- page>extension notification INVALID',
      '- extension>page error ',
    ]);
    expect(JSON.stringify(entries)).not.toContain('739164');
  });
});

describe('permanent recording', () => {
  it('continues without an inspector, and after a restart of the background', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    await inspector.record({ kept: true, apdus: true });
    inspector.port.close();
    await stage.openPage();
    expect(stage.trace.file(null)?.entries.length).toBeGreaterThan(3);
    const kept = { local: { ...local.content } };
    await stage.trace.set({ kept: false });
    const next = await SessionStage.open(undefined, kept);
    await next.openPage();
    expect(next.trace.file(null)?.entries).toHaveLength(4);
    expect(next.trace.recording).toEqual({ active: true, kept: true, apdus: false });
    const last = await next.inspector();
    await last.record({ kept: false });
    last.port.close();
    expect([local.content, next.trace.recorder]).toEqual([{}, null]);
  });

  it('loses nothing of a session that wakes the background', async () => {
    const stage = SessionStage.start(undefined, { local: { 'trace:kept': true } });
    const page = stage.page();
    page.say({ jsonrpc: '2.0', id: 1, method: 'device.list' });
    page.say('no message');
    expect([stage.recordsMade, stage.trace.file(null)]).toEqual([0, null]);
    await settle();
    expect(stage.trace.file(null)?.entries.map(line)).toEqual([
      '1 page>extension request device.list',
      '- page>extension notification INVALID',
      '- extension>page error ',
      '1 extension>page error device.list',
    ]);
    await stage.trace.set({ kept: false });
  });

  it('restores the record from before the background slept, with its sessions ended', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick', 'performance', 'Date'] });
    const stage = await SessionStage.open(undefined, { local: { 'trace:kept': true } });
    await stage.openPage();
    expect(keptTrace()).toEqual([]);
    jest.advanceTimersByTime(5_000);
    const next = await SessionStage.open(undefined, { local: local.content, session: session.content });
    await next.openPage();
    expect(next.trace.file(null)?.entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(next.trace.tracedSessions.map(({ id, ended }) => [id, ended !== null])).toEqual([
      [stage.newest, true],
      [next.newest, false],
    ]);
    await next.trace.set({ kept: false });
    expect([local.content, keptTrace()]).toEqual([{}, []]);
  });
});

describe('APDUs', () => {
  it('are reported by hosts only after the user has switched them on, as part of their request', async () => {
    const stage = await SessionStage.open();
    const inspector = await stage.inspector();
    const { page, host } = await stage.openPage();
    host.sayApdu(null);
    expect(host.methods).not.toContain('$/setTrace');
    await inspector.record({ apdus: true });
    expect(host.received.at(-1)).toEqual({ jsonrpc: '2.0', method: '$/setTrace', params: { apdus: true } });
    host.answers = {
      'device.list': ({ id }) => {
        host.sayApdu(Number(id));
        host.sayApdu(null);
        host.sayApdu(999);
        return LISTING;
      },
    };
    await page.ask('x', 'device.list');
    const entries = await inspector.entries();
    expect(entries.map(line).slice(4)).toEqual([
      '- extension>host notification $/setTrace',
      '"x" page>extension request device.list',
      '"x" extension>host request device.list',
      '"x" apdu SELECT',
      '- apdu SELECT',
      '- apdu SELECT',
      '"x" host>extension result device.list',
      '"x" extension>page result device.list',
    ]);
    expect(page.heard.filter((message) => 'method' in message)).toEqual([]);
    const another = await stage.openPage();
    expect(another.host.methods).toEqual(['$/setTrace', 'initialize']);
    inspector.port.close();
    for (const { received } of [host, another.host])
      expect(received.at(-1)).toEqual({ jsonrpc: '2.0', method: '$/setTrace', params: { apdus: false } });
    expect((await stage.inspector()).state?.recording).toEqual({ active: true, kept: false, apdus: false });
  });

  it('cannot be switched on by a page, and never reach one', async () => {
    const stage = await SessionStage.open();
    const { page, host } = await stage.openPage();
    page.say({ jsonrpc: '2.0', method: '$/setTrace', params: { apdus: true } });
    const answer = await page.ask(2, '$/setTrace', { apdus: true });
    page.say({ type: 'record', recording: { apdus: true } });
    host.sayApdu(2);
    await settle();
    expect(answer).toMatchObject({ error: { data: { name: 'METHOD_NOT_FOUND' } } });
    expect(host.methods).toEqual(['initialize']);
    expect(page.heard.map((message) => 'method' in message)).not.toContain(true);
  });
});

describe('an inspector that closes at once', () => {
  it('records nothing', async () => {
    const stage = await SessionStage.open();
    const inspector = new InspectorSide(stage);
    inspector.port.close();
    await settle();
    expect([inspector.port.heard, stage.recordsMade]).toEqual([[], 0]);
  });
});
