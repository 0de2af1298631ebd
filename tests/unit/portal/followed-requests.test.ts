/** @own-modules because what a module is told stays in it. */
import { setImmediate } from 'node:timers/promises';
import { CardwrightError } from '@cardwright/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { currentAccess, noteSession } from '../../../portal/src/server/access.js';
import { followRequests } from '../../../portal/src/server/requests/follow-requests.js';
import { answerErrors } from '../../../portal/src/server/requests/http-errors.js';
import { readJsonBodies } from '../../../portal/src/server/requests/json-bodies.js';
import { logRequests } from '../../../portal/src/server/requests/log-requests.js';
import { log, openLog } from '../../../portal/src/server/log/log.js';
import { requestIds } from '../../../portal/src/server/requests/request-ids.js';
import { answerBadPaths } from '../../../portal/src/server/requests/security-headers.js';

const ORIGIN = (): string => 'http://localhost';
const SECRET = 'sEcReT-7391';

let app: FastifyInstance;
let lines: string[];

beforeAll(() => {
  openLog({ format: 'json', level: 'debug' }, { isJournal: false, write: (line) => void lines.push(line) });
  app = fastify({ genReqId: requestIds(['127.0.0.1']), frameworkErrors: answerBadPaths(ORIGIN) });
  followRequests(app);
  logRequests(app);
  answerErrors(app);
  readJsonBodies(app);
  app.post('/said/:secret', async () => {
    await setImmediate();
    log.info('said');
    return { access: currentAccess() };
  });
  app.get('/own/:secret', () => {
    noteSession({ id: 'public-id', way: 'password' });
    throw new CardwrightError('FORBIDDEN');
  });
  app.get('/defect', () => {
    throw new Error(`params: ${SECRET}\n    at ${SECRET} (forged.js:1:1)`);
  });
});
beforeEach(() => {
  lines = [];
});
afterAll(async () => {
  await app.close();
  openLog({ format: 'text', level: 'warn' }, { isJournal: false, write: (line) => console.error(line) });
});

const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const ask = (method: 'GET' | 'POST', url: string, id: string, payload?: string) =>
  app.inject({
    method,
    url,
    headers: { 'x-request-id': id, cookie: `session=${SECRET}`, 'content-type': 'application/json' },
    ...(payload === undefined ? {} : { payload }),
  });

describe('a request', () => {
  it('has its own id in its answer and in each of its lines, also after its body was read and beside others', async () => {
    const answers = await Promise.all(
      ['r-1', 'r-2', 'r-3'].map((id) => ask('POST', '/said/x', id, JSON.stringify({ pin: SECRET }))),
    );
    expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual(['r-1', 'r-2', 'r-3']);
    expect(answers.map((answer) => answer.json<{ access: { requestId: string } }>().access.requestId)).toEqual([
      'r-1',
      'r-2',
      'r-3',
    ]);
    for (const id of ['r-1', 'r-2', 'r-3'])
      expect(told().filter(({ requestId }) => requestId === id)).toMatchObject([
        { message: 'said' },
        { message: 'Request answered.', level: 'debug', status: 200 },
      ]);
  });

  it('is told by its route, and never by its path, query, body or cookies', async () => {
    await ask('GET', `/own/${SECRET}?code=${SECRET}`, 'r-1');
    await ask('POST', `/said/${SECRET}?code=${SECRET}`, 'r-2', `{"pin": "${SECRET}"`);
    await ask('GET', `/none/${SECRET}?code=${SECRET}`, 'r-3');
    await ask('GET', `/%ff${SECRET}?code=${SECRET}`, 'r-4');
    expect(told()).toMatchObject([
      {
        level: 'info',
        requestId: 'r-1',
        method: 'GET',
        route: '/own/:secret',
        status: 403,
        code: 'FORBIDDEN',
        address: '127.0.0.1',
        session: 'public-id',
        duration: expect.any(Number),
      },
      { level: 'info', requestId: 'r-2', route: '/said/:secret', status: 400, code: 'INVALID_MESSAGE' },
      { level: 'debug', requestId: 'r-3', route: 'none', status: 404, code: 'METHOD_NOT_FOUND' },
      { level: 'debug', requestId: 'r-4', status: 400 },
    ]);
    expect(lines.join()).not.toContain(SECRET);
  });

  it('has its id where its path cannot be read', async () => {
    expect((await ask('GET', '/%ff', 'r-1')).headers['x-request-id']).toBe('r-1');
  });

  it('that met a defect has the place of it, and nothing of the message', async () => {
    const answer = await ask('GET', '/defect', 'r-1');
    const [, incident = ''] = /"incident":"([\da-f-]{36})"/.exec(answer.body) ?? [];
    expect(told()).toMatchObject([
      { level: 'error', requestId: 'r-1', incident, error: 'Error' },
      { level: 'warn', requestId: 'r-1', route: '/defect', status: 500, code: 'INTERNAL' },
    ]);
    expect(told()[0]?.stack).toEqual(
      expect.arrayContaining([expect.stringMatching(/^at .*followed-requests\.test\.ts:\d+:\d+\)?$/)]),
    );
    expect(lines.join()).not.toContain(SECRET);
    expect(lines.join()).not.toContain('forged');
  });
});
