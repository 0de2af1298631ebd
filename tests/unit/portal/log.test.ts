/** @own-modules because what a module is told stays in it. */
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { beginRequest, duringRequest, outsideRequests } from '../../../portal/src/server/access.js';
import { log, openLog, type LogFormat, type LogLevel } from '../../../portal/src/server/log/log.js';
import { reasonOf } from '../../../portal/src/server/log/reason-of.js';

let lines: string[];

/** Opens a log whose lines the test reads. */
function open(
  format: LogFormat,
  { level = 'info', isJournal = false }: { level?: LogLevel; isJournal?: boolean } = {},
) {
  openLog({ format, level }, { isJournal, write: (line) => void lines.push(line) });
}

beforeEach(() => {
  lines = [];
});
afterAll(() => openLog({ format: 'text', level: 'warn' }, { isJournal: false, write: (line) => console.error(line) }));

const objects = (): unknown[] => lines.map((line) => JSON.parse(line) as unknown);

describe('a line', () => {
  it('is one JSON object with time, level, sentence and facts', () => {
    open('json');
    log.warn('It happened.', { status: 500, reason: 'of "them"', stack: ['at a', 'at b'] });
    expect(objects()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'warn',
        message: 'It happened.',
        status: 500,
        reason: 'of "them"',
        stack: ['at a', 'at b'],
      },
    ]);
  });

  it('is text with time and level in front, and the facts after the sentence', () => {
    open('text');
    log.error('It happened.', {
      status: 500,
      route: '/api/devices/{id}',
      reason: 'of "them" status=200',
      stack: ['at a'],
    });
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d{4}\S+Z error It happened\. status=500 route=\/api\/devices\/\{id\} reason="of \\"them\\" status=200" stack="at a"$/,
      ),
    ]);
  });

  it.each([
    ['error', '<3>'],
    ['warn', '<4>'],
    ['info', '<6>'],
    ['debug', '<7>'],
  ] as const)('of the level %s begins with %s for journald, which knows the time', (level, priority) => {
    open('text', { level: 'debug', isJournal: true });
    log[level]('It happened.');
    open('json', { level: 'debug', isJournal: true });
    log[level]('It happened.');
    expect(lines[0]).toBe(`${priority}It happened.`);
    expect(lines[1]?.slice(0, 3)).toBe(priority);
    expect(JSON.parse(lines[1]?.slice(3) ?? '')).toMatchObject({ level });
  });

  it('is written from the chosen level on', () => {
    open('json', { level: 'warn' });
    for (const level of ['error', 'warn', 'info', 'debug'] as const) log[level](level);
    expect(objects()).toMatchObject([{ message: 'error' }, { message: 'warn' }]);
  });

  it('names the request under way, and none for work that a request only prompted', () => {
    open('json');
    duringRequest(beginRequest({ id: 'r-1', address: '192.0.2.1' }), () => {
      log.info('inside');
      outsideRequests(() => log.info('prompted'));
      log.info('other', { requestId: 'r-2' });
    });
    expect(objects()).toMatchObject([{ requestId: 'r-1' }, { message: 'prompted' }, { requestId: 'r-2' }]);
    expect(objects()[1]).not.toHaveProperty('requestId');
  });
});

describe.each(['text', 'json'] as const)('text from outside in the form %s', (format) => {
  it.each([
    ['a line break', 'a\n2026-01-01T00:00:00.000Z error forged'],
    ['a carriage return', 'a\r<3>forged'],
    ['a command for a terminal', 'a\u001b[2Jb'],
    ['a command of 8 bits', 'a\u009b2Jb'],
    ['a separator of lines', 'a\u2028b\u2029c'],
    ['text in the other direction', 'a\u202egnp.exe'],
    ['the end of a JSON object', 'a"}\n{"level":"error","message":"forged'],
  ])('begins no line and hides nothing: %s', (_, text) => {
    open(format);
    log.info(text, { reason: text });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\u0020-\u007e]+$/);
    if (format === 'json') expect(objects()).toMatchObject([{ level: 'info', message: text, reason: text }]);
  });

  it('is cut, because journald splits longer lines', () => {
    open(format);
    log.info('a'.repeat(100_000), { reason: 'b'.repeat(100_000) });
    expect(Buffer.byteLength(lines.join())).toBeLessThan(10_000);
  });
});

it('goes to standard error as sentences where no log was opened: what went wrong, and nothing else', async () => {
  await jest.isolateModulesAsync(async () => {
    const printed = jest.spyOn(console, 'error').mockReturnValue();
    const { log: unopened } = await import('../../../portal/src/server/log/log.js');
    unopened.warn('The directory cannot be used.', { reason: 'it is away' });
    unopened.info('Nothing.');
    expect(printed.mock.calls).toEqual([['The directory cannot be used. reason="it is away"']]);
    printed.mockRestore();
  });
});

it('has every reason of an error that gathers several', () => {
  const gathered = new AggregateError([new Error('one'), new AggregateError(['two'], 'more')], 'two parts failed');
  expect(reasonOf(gathered)).toBe('two parts failed; one; more; two');
});
