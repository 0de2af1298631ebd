// Alone proves: the bridge refuses what no page should send.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pressButton } from '@cardwright/stage';
import { commands, isMethod, isPageMethod } from '@cardwright/protocol';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { ExtensionStage } from '../../support/extension-stage.js';
import { followTrace } from '../../support/inspector-port.js';
import { WireSession } from '../../support/wire-page.js';

const MEGABYTES_2 = 2 * 1024 * 1024;
const PIN = '739164';
const USER_PIN = { secrets: { pin: { source: 'user' } } };

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

/** Expects that a session still works, that its host received nothing else, and that the site's grant is unchanged. */
async function expectNothingChanged(session: WireSession): Promise<void> {
  expect((await session.call('device.list')).result).toMatchObject({ devices: [{ serial: '12345678' }] });
  expect(stage.methodsReceived()).toEqual(['initialize', 'device.list']);
  expect(stage.openWindows()).toBe(0);
  expect(await stage.remembered()).toMatchObject({
    [`site:${stage.portal.origin}`]: { granted: ['read', 'use', 'manage'], denied: [] },
  });
}

describe('a granted page', () => {
  it('can call no unknown method, nor one that is only for the host', async () => {
    const session = await stage.granted();
    for (const method of ['device.steal', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf']) {
      expect([method, await session.code(method)]).toEqual([method, 'METHOD_NOT_FOUND']);
    }
    for (const method of ['user.enterSecrets', 'user.confirm', 'session.ended', '$/progress']) {
      expect([method, await session.code(method)]).toEqual([method, 'METHOD_NOT_FOUND']);
    }
    await expectNothingChanged(session);
  });

  it('gets INVALID_PARAMS for wrong, missing and unknown parameters, with the name and never the value', async () => {
    const session = await stage.granted();
    const cases: [method: string, params: object, path: string][] = [
      ['device.open', { device: 7 }, 'device'],
      ['device.open', { device: '' }, 'device'],
      ['device.open', { device: 'x'.repeat(201) }, 'device'],
      ['device.open', { device: { toString: 'serial:12345678' } }, 'device'],
      ['device.open', {}, 'device'],
      ['device.open', { device: 'serial:1', force: true }, 'force'],
      ['device.list', { toString: 1 }, 'toString'],
      ['device.list', { hasOwnProperty: 1 }, 'hasOwnProperty'],
      ['access.request', { classes: ['root'] }, 'classes.0'],
      ['access.request', { classes: [] }, 'classes'],
      ['step.run', { jws: 'not signed' }, 'jws'],
      ['step.run', { commands: [{ method: 'device.reset', params: {} }] }, 'jws'],
      ['secret.display', { jws: PIN }, 'jws'],
      ['secret.display', { jws: 'a.b.c', label: 'Call us' }, 'label'],
    ];
    for (const [method, params, path] of cases) {
      const { error } = await session.call(method, params);
      expect(error?.data).toMatchObject({ name: 'INVALID_PARAMS', details: { path } });
    }
    await expectNothingChanged(session);
  });

  it('cannot pass a secret, in whatever place', async () => {
    const options = await stage.ownPage('options');
    const readTrace = await followTrace(options);
    const session = await stage.granted();
    const secret = { source: 'user', value: PIN };
    for (const params of [
      { secrets: { pin: PIN } },
      { secrets: { pin: Number(PIN) } },
      { secrets: { pin: secret } },
      { secrets: { pin: { source: 'page', value: PIN } } },
      { ...USER_PIN, pin: PIN },
    ]) {
      const { error } = await session.call('pin.verify', params);
      expect(error?.data.name).toBe('INVALID_PARAMS');
      expect(JSON.stringify(error)).not.toContain(PIN);
    }
    const trace = await readTrace();
    await options.close();
    expect(trace).toContain('pin.verify');
    expect(trace).not.toContain(PIN);
    await expectNothingChanged(session);
  });

  it('can send none of the commands that must come in a signed step', async () => {
    const session = await stage.granted();
    const stepOnly = Object.keys(commands).filter((method) => isMethod(method) && !isPageMethod(method));
    expect(stepOnly).toContain('device.reset');
    for (const method of stepOnly) expect([method, await session.code(method)]).toEqual([method, 'STEP_REQUIRED']);
    await expectNothingChanged(session);
  });

  const withoutId = [
    ['a number', '42'],
    ['null', 'null'],
    ['a text', '"initialize"'],
    ['a list of requests', '[{"jsonrpc":"2.0","id":1,"method":"device.list"}]'],
    ['an older JSON-RPC', '{"jsonrpc":"1.0","id":null,"method":"device.list"}'],
    ['an empty message', '{"jsonrpc":"2.0"}'],
    ['an object as id', '{"jsonrpc":"2.0","id":{},"method":"device.list"}'],
    ['a fraction as id', '{"jsonrpc":"2.0","id":1.5,"method":"device.list"}'],
    ['a list as params', '{"jsonrpc":"2.0","id":null,"method":"device.list","params":[]}'],
    ['a member too many', '{"jsonrpc":"2.0","method":"device.list","origin":"https://else.example"}'],
  ] as const;

  it('gets INVALID_MESSAGE without an id for what is no request', async () => {
    const session = await stage.granted();
    for (const [index, [what, json]] of withoutId.entries()) {
      await session.postJson(json);
      const names = await session.failures(null, index + 1);
      expect([what, names]).toEqual([what, Array<string>(index + 1).fill('INVALID_MESSAGE')]);
    }
    await expectNothingChanged(session);
  });

  it('gets MESSAGE_TOO_LARGE under its id for 2 MB', async () => {
    const session = await stage.granted();
    const params = { x: 'x'.repeat(MEGABYTES_2) };
    await session.post({ jsonrpc: '2.0', id: 901, method: 'device.list', params });
    expect((await session.failure(901)).error?.data.name).toBe('MESSAGE_TOO_LARGE');
    await expectNothingChanged(session);
  });

  const withId = [
    ['no method', '{"jsonrpc":"2.0","id":901}'],
    ['a number as method', '{"jsonrpc":"2.0","id":901,"method":7}'],
    ['a parameter __proto__', '{"jsonrpc":"2.0","id":901,"method":"device.list","params":{"__proto__":{"a":1}}}'],
    ['a parameter constructor', '{"jsonrpc":"2.0","id":901,"method":"device.list","params":{"constructor":1}}'],
    [
      'lists nested 2,000 deep',
      `{"jsonrpc":"2.0","id":901,"method":"device.list","params":{"x":${'['.repeat(2_000)}${']'.repeat(2_000)}}}`,
    ],
  ] as const;

  it('gets INVALID_MESSAGE under its id for a request that no command can be', async () => {
    const session = await stage.granted();
    for (const [index, [what, json]] of withId.entries()) {
      await session.postJson(json);
      const names = await session.failures(901, index + 1);
      expect([what, names]).toEqual([what, Array<string>(index + 1).fill('INVALID_MESSAGE')]);
    }
    await expectNothingChanged(session);
  });

  it('may use any short text as id, and gets its answer under it', async () => {
    const session = await stage.granted();
    for (const id of ['__proto__', 'constructor', 'toString', '']) {
      await session.post({ jsonrpc: '2.0', id, method: 'nothing' });
      expect((await session.failure(id)).error?.data.name).toBe('METHOD_NOT_FOUND');
    }
    await session.post({ jsonrpc: '2.0', id: 'x'.repeat(65), method: 'device.list' });
    expect((await session.failure(null)).error?.data.name).toBe('INVALID_MESSAGE');
    await expectNothingChanged(session);
  });

  it('cannot use an id twice at once, nor send more than 32 requests at once; running ones continue', async () => {
    const session = await stage.granted();
    await session.post({ jsonrpc: '2.0', id: 900, method: 'diagnostics.run' });
    await session.notified('$/progress');
    await session.post({ jsonrpc: '2.0', id: 900, method: 'device.list' });
    expect((await session.failure(null)).error?.data.name).toBe('INVALID_MESSAGE');
    for (let id = 901; id <= 932; id += 1) await session.post({ jsonrpc: '2.0', id, method: 'diagnostics.run' });
    expect((await session.failure(932)).error?.data.name).toBe('INVALID_MESSAGE');
    for (let id = 900; id <= 931; id += 1) {
      await session.post({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
      expect((await session.failure(id)).error?.data.name).toBe('CANCELLED');
    }
    expect(stage.methodsReceived().filter((method) => method === 'diagnostics.run')).toHaveLength(32);
    expect(await session.code('device.list')).toBeUndefined();
  });

  it('cannot answer in place of the user, whatever ids it guesses', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.verify', USER_PIN);
    const window = await stage.window('secret');
    const result = { sealed: { pin: 'a.b.c.d.e' } };
    for (const id of [0, 1, 2, 3, 'host-0', 'host-1', 'host-2']) {
      await session.post({ jsonrpc: '2.0', id, result });
      await session.post({ jsonrpc: '2.0', id, error: { code: 2005, message: '', data: { name: 'USER_CANCELLED' } } });
    }
    await session.post({ cardwright: 'ready' });
    await session.post({ jsonrpc: '2.0', method: 'session.ended', params: {} });
    await window.type('#pin', PIN);
    await pressButton(window, '#next');
    expect(await answer).toBeUndefined();
    expect(stage.hostNotes().flatMap(({ entered }) => (entered ? [entered] : []))).toEqual([{ pin: PIN }]);
    expect(stage.hostNotes().filter(({ received }) => received?.method === undefined && received)).toHaveLength(1);
  });

  it('cannot open its session twice, neither later nor at once', async () => {
    const session = await stage.granted();
    expect((await session.initialize()).error?.data.name).toBe('ALREADY_INITIALIZED');
    await expectNothingChanged(session);
    const other = await WireSession.open(session.page);
    const answers = await Promise.all([other.initialize(), other.initialize(), other.initialize()]);
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
    expect(answers.flatMap(({ error }) => error?.data.name ?? [])).toEqual(Array(2).fill('ALREADY_INITIALIZED'));
    expect(stage.hostNotes().filter(({ started }) => started !== undefined)).toHaveLength(2);
    expect(await other.code('device.list')).toBeUndefined();
  });

  it('is ignored on a port whose session it has closed', async () => {
    const session = await stage.granted();
    await session.close();
    await stage.hostsEnded(1);
    await session.post({ jsonrpc: '2.0', id: 901, method: 'device.list' });
    await session.post({ cardwright: 'closed' });
    const again = await WireSession.open(session.page);
    expect((await again.initialize()).error).toBeUndefined();
    expect(stage.methodsReceived()).toEqual(['initialize', 'initialize']);
    expect(await session.answered(901)).toBe(false);
  });
});

describe('a page that has not opened its session', () => {
  const withoutSession = [
    'initialize',
    'access.request',
    'window.show',
    'diagnostics.offerBundle',
    'diagnostics.showTrace',
  ];

  it('gets NOT_INITIALIZED for every command, of the table or not, and starts no host', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read', 'use', 'manage']);
    const others = Object.keys(commands).filter((method) => !withoutSession.includes(method));
    expect(await session.code('window.show')).toBe('WINDOW_NOT_ALLOWED');
    for (const method of [...others, 'device.steal', 'constructor'])
      expect([method, await session.code(method)]).toEqual([method, 'NOT_INITIALIZED']);
    expect(stage.hostNotes()).toEqual([]);
  });

  const openings = [
    ['no parameters', {}],
    ['a text as version', { protocol: '1.0', sdk: '0.1.0' }],
    ['an origin of its choice', { protocol: PROTOCOL_RANGE, sdk: '0.1.0', origin: 'https://other.example' }],
    ['keys of its choice', { protocol: PROTOCOL_RANGE, sdk: '0.1.0', cms: { keys: [] } }],
    ['a very long version', { protocol: PROTOCOL_RANGE, sdk: '0'.repeat(41) }],
  ] as const;

  it('cannot open it without parameters, nor with unknown or malformed ones', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read', 'use', 'manage']);
    for (const [what, params] of openings)
      expect([what, await session.code('initialize', params)]).toEqual([what, 'INVALID_PARAMS']);
    expect(stage.hostNotes()).toEqual([]);
    expect((await session.initialize()).error).toBeUndefined();
    await expectNothingChanged(session);
  });
});
