import { describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { session } from '../../../support/fake-chrome.js';
import { OTHER, PIN, WRITTEN_AFTER, kept, open, playTime, stored, wire } from './failing-stage.js';
import { ORIGIN, SessionStage } from './session-stage.js';

/** The number of failures that are kept, and their place. */

playTime();

describe('a page that fails endlessly', () => {
  const NO_READER = { error: new CardwrightError('NO_READER').toWire() };
  const note = (stage: SessionStage, origin: string, method = 'device.list'): void =>
    stage.failures.note({ origin, isPrivate: false }, method, NO_READER);

  it('keeps its last fifty failures', async () => {
    const stage = await open();
    const { page } = await stage.openPage();
    await page.ask(2, 'device.open', { device: 7 });
    for (let id = 3; id <= 52; id += 1) await page.ask(id, 'pin.verify', { id });
    expect(await kept(stage)).toEqual(Array.from({ length: 50 }, () => 'pin.verify INVALID_PARAMS'));
  });

  it.each([
    [1, 5],
    [2, 5],
    [5, 5],
    [19, 5],
    [40, 2],
    [90, 1],
  ])('failing from %i origins, ten thousand times, leaves another site its last %i', async (origins, left) => {
    const stage = await open();
    for (const method of ['device.list', 'device.open', 'pin.verify', 'key.generate', 'key.attest'])
      note(stage, ORIGIN, method);
    for (let time = 0; time < 10_000; time += 1) note(stage, `https://a${time % origins}.evil.example`);
    const all = ['device.list', 'device.open', 'pin.verify', 'key.generate', 'key.attest'];
    expect(await kept(stage)).toEqual(all.slice(-left).map((method) => `${method} NO_READER`));
    const total = (await kept(stage, null)).length;
    expect(total).toBeLessThanOrEqual(100);
    expect(total).toBe(Math.min(100, 5 + origins * 50));
    // The site's next failure is kept as well.
    note(stage, ORIGIN, 'object.read');
    expect((await kept(stage)).at(-1)).toBe('object.read NO_READER');
  });

  it('causes one write to the storage in a second', async () => {
    const stage = await open();
    const set = jest.spyOn(session, 'set');
    for (let time = 0; time < 10_000; time += 1) note(stage, `https://a${time % 7}.evil.example`);
    expect(set).not.toHaveBeenCalled();
    expect((await stored()).length).toBeLessThan(20_000);
    for (let time = 0; time < 10_000; time += 1) note(stage, OTHER);
    await stored();
    expect(set).toHaveBeenCalledTimes(2);
  });
});

describe('a background that slept', () => {
  it('restores the earlier failures of each site, and adds to them', async () => {
    const first = await open();
    await first.page().ask(1, 'device.list');
    await first.page({ origin: OTHER }).ask(1, 'pin.getStatus');
    await stored();
    const next = await open(undefined, { session: session.content });
    await next.page().ask(1, 'key.prove');
    expect(await kept(next)).toEqual(['device.list NOT_INITIALIZED', 'key.prove NOT_INITIALIZED']);
    expect(await kept(next, OTHER)).toEqual(['pin.getStatus NOT_INITIALIZED']);
    await stored();
    const last = await open(undefined, { session: session.content });
    expect(await kept(last, null)).toHaveLength(3);
  });

  it('puts failures during its reading after the earlier ones, and writes nothing before it has read', async () => {
    const first = await open();
    await first.page().ask(1, 'device.list');
    await stored();
    const next = SessionStage.start(undefined, { session: session.content });
    next.failures.note({ origin: ORIGIN, isPrivate: false }, 'pin.verify', { error: wire('NO_READER') });
    jest.advanceTimersByTime(WRITTEN_AFTER);
    expect(await kept(next)).toEqual(['device.list NOT_INITIALIZED', 'pin.verify NO_READER']);
    expect(await stored()).toMatch(/device\.list.*pin\.verify/);
  });

  const FAILURE = { origin: ORIGIN, at: 1, method: 'device.list', code: 'NO_READER' };
  it.each<[string, unknown]>([
    ['a number', 7],
    ['a text', PIN],
    ['nothing', null],
    ['a failure alone', FAILURE],
    ['failures with a PIN', [{ ...FAILURE, pin: PIN }]],
    ['failures at no site', [{ ...FAILURE, origin: PIN }]],
    ['failures with a method of 10 KB', [{ ...FAILURE, method: 'x'.repeat(10_000) }]],
    ['failures at no time', [{ ...FAILURE, at: 'now' }]],
    ['failures without end', Array.from({ length: 10_000 }, () => FAILURE)],
  ])('does not believe %s in the storage, and starts over', async (_what, failures) => {
    const stage = await open(undefined, { session: { failures } });
    expect(await kept(stage, null)).toEqual([]);
    await stage.page().ask(1, 'device.list');
    expect(await kept(stage)).toEqual(['device.list NOT_INITIALIZED']);
  });
});

/** Faults of a storage. */
interface Spoilt {
  readonly get?: () => Promise<never>;
  readonly set?: () => Promise<never>;
}

describe('a storage', () => {
  const broken = (): never => {
    throw new Error(`quota exceeded: ${PIN}`);
  };
  const never = () => new Promise<never>(() => undefined);
  const { get, set } = session;
  /** Spoils only the storage of failures. */
  const spoil = (answers: Spoilt): void => {
    jest
      .spyOn(session, 'get')
      .mockImplementation((keys) => (keys === 'failures' && answers.get ? answers.get() : get(keys)));
    jest
      .spyOn(session, 'set')
      .mockImplementation((values) => ('failures' in values && answers.set ? answers.set() : set(values)));
  };

  it.each<[string, Spoilt]>([
    ['cannot be read', { get: () => Promise.reject(new Error('broken')) }],
    ['throws when it is read', { get: broken }],
    ['cannot be written', { set: () => Promise.reject(new Error('full')) }],
    ['throws when it is written', { set: broken }],
    ['is never done with writing', { set: never }],
    ['can be neither read nor written', { get: broken, set: broken }],
  ])('keeps no page waiting, and no failure from the file, if it %s', async (_what, answers) => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    spoil(answers);
    const stage = await open();
    const { page } = await stage.openPage();
    expect(await page.ask(2, 'device.open', { device: 7 })).toMatchObject({
      error: { data: { name: 'INVALID_PARAMS' } },
    });
    await stored();
    expect(await page.ask(3, 'device.list')).toHaveProperty('result');
    expect(await kept(stage)).toEqual(['device.open INVALID_PARAMS']);
    expect(log.mock.calls.every(([product]) => product === 'Cardwright:')).toBe(true);
  });

  it('keeps no page waiting if it never finishes reading', async () => {
    spoil({ get: never });
    const stage = await open();
    const { page } = await stage.openPage();
    expect(await page.ask(2, 'device.open', { device: 7 })).toHaveProperty('error');
    expect(await page.ask(3, 'device.list')).toHaveProperty('result');
    expect(await stored()).toBe('{}');
  });
});
