import { connect } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { METRICS } from '../../../../portal/src/features/list.js';
import { sample } from '../../../../portal/src/server/monitor/metrics.js';
import { Monitor, type Checks } from '../../../../portal/src/server/monitor/monitor.js';

let monitor: Monitor;
let checks: Checks;
beforeEach(async () => {
  checks = { database: true, authority: true };
  monitor = await Monitor.open({ host: '127.0.0.1', port: 0 });
});
afterEach(() => monitor.close());

const run = () =>
  monitor.run({
    checks: () => Promise.resolve(checks),
    samples: () => Promise.resolve([sample('cardwright_build_info', { version: '1.2.3' }, 1)]),
    metrics: METRICS,
  });

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends a request. A test can name any Host, which `fetch` forbids. */
async function ask(path: string, { method = 'GET', host }: { method?: string; host?: string } = {}): Promise<Reply> {
  const sent = request({ port: monitor.port, path, method, agent: false, headers: host === undefined ? {} : { host } });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() };
}

describe('the monitor', () => {
  it('is alive from the start, and ready from the moment the portal runs until it ends', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: 'starting\n' });
    run();
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: 'database ok\nauthority ok\n' });
    monitor.end();
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: 'ending\n' });
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
  });

  it('is not ready while a check fails, and says which', async () => {
    checks = { database: true, authority: false };
    run();
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: 'database ok\nauthority failed\n' });
  });

  it('asks no second question while the first one hangs, and answers for it', async () => {
    let asked = 0;
    monitor.run({
      checks: () => {
        asked += 1;
        return new Promise(() => undefined);
      },
      samples: () => Promise.reject(new Error('broken')),
      metrics: METRICS,
    });
    const replies = await Promise.all([ask('/readyz'), ask('/readyz'), ask('/readyz')]);
    expect(replies.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([503, 'answer failed\n']));
    expect(asked).toBe(1);
    expect(await ask('/metrics')).toMatchObject({ status: 200, body: '\n' });
  });

  it('writes metrics as Prometheus reads them', async () => {
    run();
    const { headers, body } = await ask('/metrics?name=x');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe(
      '# HELP cardwright_build_info Always 1, with the version of the portal and its commit.\n# TYPE cardwright_build_info gauge\ncardwright_build_info{version="1.2.3"} 1\n',
    );
    expect(await ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await ask('/')).toMatchObject({ status: 404 });
    expect(await ask('//healthz')).toMatchObject({ status: 404 });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    run();
    expect(await ask('/healthz', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each(['evil.example', 'evil.example:9464', 'localhost.evil.example', '127.0.0.1.evil.example', '%'])(
    'refuses a page of another site whose name leads here (%s)',
    async (host) => {
      run();
      const { status, body } = await ask('/metrics', { host });
      expect(status).toBe(403);
      expect(body).not.toContain('cardwright_');
    },
  );

  it.each(['localhost', '127.0.0.1', '127.0.0.1:9464', '[::1]:9464', 'LOCALHOST'])('answers to %s', async (host) => {
    expect(await ask('/healthz', { host })).toMatchObject({ status: 200 });
  });

  it('answers while slow clients hold connections, and hangs up on them', async () => {
    const slow = Array.from({ length: 20 }, () => connect(monitor.port, '127.0.0.1'));
    for (const socket of slow) socket.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\nHost: local');
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
    await Promise.all(slow.map(async (socket) => once(socket.resume(), 'close')));
  }, 30_000);
});
