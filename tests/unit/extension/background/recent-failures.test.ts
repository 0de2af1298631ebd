import { describe, expect, it, jest } from '@jest/globals';
import { CardwrightError, errorCatalogue, isMethod } from '@cardwright/protocol';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { OTHER, PIN, answerWith, failAt, kept, lines, open, playTime, stored, wire } from './failing-stage.js';
import { settle } from './fake-port.js';
import { ORIGIN, type PageSide, type ScriptedHost, type SessionStage } from './session-stage.js';

/** The records of failed commands while no trace is recorded. */

const INITIALIZE = { protocol: PROTOCOL_RANGE, sdk: '0.1.0' };
const STEP = { jws: 'e30.e30.c2ln' };

playTime();

const failed = (method: string, name: string) => ({ method, error: wire(name) });
const passed = (method: string) => ({ method, result: {} });

describe('a command that fails', () => {
  it.each<[string, string, (stage: SessionStage) => Promise<unknown>]>([
    [
      'at the host',
      'device.list NO_READER',
      async (stage) => {
        const { page, host } = await stage.openPage();
        failAt(host, 'device.list', new CardwrightError('NO_READER').toWire());
        return page.ask(2, 'device.list');
      },
    ],
    ['before the session is open', 'device.list NOT_INITIALIZED', (stage) => stage.page().ask(1, 'device.list')],
    [
      'because there is no host',
      'initialize HOST_MISSING',
      (stage) => {
        stage.hostProblem = 'Specified native messaging host not found.';
        return stage.page().ask(1, 'initialize', INITIALIZE);
      },
    ],
    [
      'by its parameters',
      'device.open INVALID_PARAMS',
      async (stage) => (await stage.openPage()).page.ask(2, 'device.open', { device: 7 }),
    ],
    [
      'because the page may not send it',
      'device.reset STEP_REQUIRED',
      async (stage) => (await stage.openPage()).page.ask(2, 'device.reset'),
    ],
    [
      'by an answer that is not what the table says',
      'device.list HOST_ANSWER_INVALID',
      async (stage) => {
        const { page, host } = await stage.openPage();
        answerWith(host, 'device.list', { readers: 42 });
        return page.ask(2, 'device.list');
      },
    ],
    [
      'with its host',
      'device.list HOST_CRASHED',
      async (stage) => {
        const { page, host } = await stage.openPage();
        host.answers = { 'device.list': () => null };
        await page.send(2, 'device.list');
        host.port.close('Native host has exited.');
        return settle();
      },
    ],
    [
      'because the page goes',
      'device.list CANCELLED',
      async (stage) => {
        const { page, host } = await stage.openPage();
        host.answers = { 'device.list': () => null };
        await page.send(2, 'device.list');
        page.port.close();
        return settle();
      },
    ],
  ])('leaves its method and code %s, while no trace is recorded', async (_how, line, fail) => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const before = Date.now();
    const stage = await open();
    await fail(stage);
    expect(await kept(stage)).toEqual([line]);
    const [failure] = await stage.failures.of(ORIGIN);
    expect(Object.keys(failure ?? {})).toEqual(['at', 'method', 'code']);
    expect(failure?.at).toBeGreaterThanOrEqual(before);
    expect(failure?.at).toBeLessThanOrEqual(Date.now());
    expect([stage.recordsMade, stage.trace.file(null)]).toEqual([0, null]);
  });

  it('leaves no record if none fails', async () => {
    const stage = await open();
    const { page } = await stage.openPage();
    await page.ask(2, 'device.list');
    expect(await kept(stage, null)).toEqual([]);
    expect(await stored()).toBe('{}');
  });
});

describe('a step', () => {
  const run = async (outcomes: object): Promise<{ stage: SessionStage; page: PageSide }> => {
    const stage = await open();
    const { page, host } = await stage.openPage();
    answerWith(host, 'step.run', { outcomes });
    await page.ask(2, 'step.run', STEP);
    return { stage, page };
  };

  it.each<[string, object[], string[]]>([
    ['whose command fails', [failed('key.attest', 'CARD_REMOVED')], ['key.attest CARD_REMOVED']],
    [
      'whose last command fails',
      [passed('credentials.apply'), passed('key.generate'), failed('certificate.write', 'DEVICE_FULL')],
      ['certificate.write DEVICE_FULL'],
    ],
    [
      'in which several fail',
      [failed('object.read', 'CARD_MUTE'), passed('key.generate'), failed('key.generate', 'CARD_REMOVED')],
      ['object.read CARD_MUTE', 'key.generate CARD_REMOVED'],
    ],
    ['in which all pass', [passed('key.generate'), passed('key.attest')], []],
    ['of no command', [], []],
  ])('leaves its failed commands (a step %s)', async (_what, outcomes, expected) => {
    expect(await kept((await run(outcomes)).stage)).toEqual(expected);
  });

  it('leaves a record of itself if it is refused', async () => {
    const stage = await open();
    const { page, host } = await stage.openPage();
    failAt(host, 'step.run', new CardwrightError('STEP_REFUSED', { reason: 'expired' }).toWire());
    await page.ask(2, 'step.run', STEP);
    expect(await kept(stage)).toEqual(['step.run STEP_REFUSED']);
  });

  it.each<[string, unknown, string]>([
    ['a method of 10 KB', failed('x'.repeat(10_000), 'CARD_REMOVED'), 'step.run HOST_ANSWER_INVALID'],
    ['a method that is a PIN', failed(PIN, 'CARD_REMOVED'), 'step.run CARD_REMOVED'],
    ['a method of every object', failed('__proto__', 'CARD_REMOVED'), 'step.run CARD_REMOVED'],
    ['a method that is a constructor', failed('constructor', 'CARD_REMOVED'), 'step.run CARD_REMOVED'],
    ['a code that is a PIN', failed('key.generate', PIN), 'key.generate INTERNAL'],
    ['a code of every object', failed('key.generate', 'toString'), 'key.generate INTERNAL'],
    ['a code of 10 KB', failed('key.generate', 'X'.repeat(10_000)), 'step.run HOST_ANSWER_INVALID'],
    ['a code that is no string', failed('key.generate', { pin: PIN } as never), 'step.run HOST_ANSWER_INVALID'],
    ['a code that is a list', failed('key.generate', ['NO_READER'] as never), 'step.run HOST_ANSWER_INVALID'],
    [
      'an outcome with more in it',
      { ...failed('key.generate', 'NO_READER'), pin: PIN },
      'step.run HOST_ANSWER_INVALID',
    ],
    ['an outcome that is none', PIN, 'step.run HOST_ANSWER_INVALID'],
  ])('leaves, with %s, only names of the table and the catalogue', async (_what, outcome, line) => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { stage } = await run([outcome]);
    expect(await kept(stage)).toEqual([line]);
    expect(await stored()).not.toMatch(new RegExp(`${PIN}|x{100}|X{100}`));
    for (const { method, code } of await stage.failures.of(null)) {
      expect(isMethod(method)).toBe(true);
      expect(Object.keys(errorCatalogue)).toContain(code);
    }
  });

  it('leaves at most as many records as one site may have, however many outcomes it has', async () => {
    const failures = (length: number) => Array.from({ length }, () => failed('key.attest', 'NO_READER'));
    expect(await kept((await run(failures(64))).stage)).toHaveLength(50);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await kept((await run(failures(1_000))).stage)).toEqual(['step.run HOST_ANSWER_INVALID']);
  });
});

describe('a secret', () => {
  it.each<[string, string, object]>([
    ['in the message and the data of an error', 'pin.verify', wire('PIN_INCORRECT')],
    ['in details that the catalogue has', 'pin.verify', new CardwrightError('INTERNAL', { incident: PIN }).toWire()],
    ['in details that it does not have', 'device.list', { ...wire('NO_READER'), message: PIN }],
    ['in place of a code', 'device.list', wire(PIN)],
    ['in an error that cannot be read', 'device.list', { pin: PIN }],
  ])('is not kept %s', async (_where, method, error) => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const stage = await open();
    const { page, host } = await stage.openPage();
    failAt(host, method, error);
    await page.send(2, method, method === 'pin.verify' ? { secrets: { pin: { source: 'user' } } } : {});
    expect(await kept(stage)).toHaveLength(1);
    expect(JSON.stringify(await stage.failures.of(null))).not.toContain(PIN);
    const written = await stored();
    expect(written).toContain(method);
    expect(written).not.toContain(PIN);
  });

  it.each([
    PIN,
    'user.confirm',
    '$/setTrace',
    'constructor',
    'hasOwnProperty',
    'device.list ',
    'DEVICE.LIST',
    'x'.repeat(64),
  ])('is not kept if a page sends it as its method: %j', async (method) => {
    const stage = await open();
    const { page } = await stage.openPage();
    expect(await page.ask(2, method, { pin: PIN })).toHaveProperty('error');
    expect(await kept(stage, null)).toEqual([]);
    expect(await stored()).toBe('{}');
  });

  it('is not kept if it is in refused parameters', async () => {
    const stage = await open();
    const { page } = await stage.openPage();
    await page.ask(2, 'device.open', { device: 'serial:1', [PIN]: PIN });
    await page.ask(PIN, 'pin.verify', { pin: PIN });
    expect(await kept(stage)).toEqual(['device.open INVALID_PARAMS', 'pin.verify INVALID_PARAMS']);
    expect(await stored()).not.toContain(PIN);
  });
});

describe('another site', () => {
  it.each([
    OTHER,
    'https://portal.example.evil.example',
    'https://evil.portal.example',
    'https://portal.example:8443',
    'http://portal.example',
    'https://portal.exampl',
  ])('does not learn of failures at a site, nor the reverse: %s', async (origin) => {
    const stage = await open();
    await stage.page().ask(1, 'device.list');
    await stage.page({ origin }).ask(1, 'pin.getStatus');
    expect(await kept(stage)).toEqual(['device.list NOT_INITIALIZED']);
    expect(await kept(stage, origin)).toEqual(['pin.getStatus NOT_INITIALIZED']);
  });

  it('stays unnamed in a list of all sites', async () => {
    const stage = await open();
    await stage.page({ origin: OTHER }).ask(1, 'device.list');
    await stage.page().ask(1, 'pin.getStatus');
    const all = await stage.failures.of(null);
    expect(lines(all)).toEqual(['device.list NOT_INITIALIZED', 'pin.getStatus NOT_INITIALIZED']);
    expect(JSON.stringify(all)).not.toContain('example');
  });
});

describe('a private window', () => {
  it.each<[string, (page: PageSide, host: ScriptedHost) => Promise<unknown>]>([
    ['a command', (page) => page.ask(2, 'device.open', { device: 7 })],
    ['a command that it may not send', (page) => page.ask(2, 'device.reset')],
    [
      'a command at the host',
      (page, host) => {
        failAt(host, 'device.list', wire('NO_READER'));
        return page.ask(2, 'device.list');
      },
    ],
    [
      'a command of a step',
      (page, host) => {
        answerWith(host, 'step.run', { outcomes: [failed('key.generate', 'CARD_REMOVED')] });
        return page.ask(2, 'step.run', STEP);
      },
    ],
    ['its own opening', (page) => page.ask(2, 'initialize', INITIALIZE)],
  ])('leaves nothing of %s that fails', async (_what, fail) => {
    const stage = await open();
    const { page, host } = await stage.openPage({ isPrivate: true });
    await fail(page, host);
    expect(page.heard.at(-1)).toMatchObject({ id: 2 });
    expect(await kept(stage, null)).toEqual([]);
    expect(await stored()).toBe('{}');
  });

  it('leaves the failures of the same site in another window untouched', async () => {
    const stage = await open();
    await stage.page().ask(1, 'device.list');
    await stage.page({ isPrivate: true }).ask(1, 'pin.getStatus');
    expect(await kept(stage)).toEqual(['device.list NOT_INITIALIZED']);
  });
});

it('keeps nothing of a page that may not use Cardwright, which may be in a private window', async () => {
  const stage = await open();
  expect(await stage.page(null).ask(1, 'device.list')).toMatchObject({ error: { data: { name: 'INSECURE_CONTEXT' } } });
  expect(await kept(stage, null)).toEqual([]);
});
