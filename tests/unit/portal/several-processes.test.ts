import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ready } from '../../../portal/src/server/commands/ready.js';
import { serveOrder } from '../../../portal/src/server/commands/serve-order.js';
import { SettingsFolder } from './settings/settings-folder.js';

const POSTGRES = 'postgres://cardwright:database-password@localhost/cardwright';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder.remove());

describe('serve', () => {
  it('refuses the embedded database to one of several processes: two would destroy it', () => {
    expect(() => serveOrder(['--shared'], folder.environment())).toThrow(
      'several processes need a PostgreSQL database (DATABASE_URL); the embedded one is for a single process',
    );
    expect(serveOrder(['--shared'], folder.environment({ DATABASE_URL: POSTGRES })).database).toMatchObject({
      url: POSTGRES,
    });
    expect(serveOrder([], folder.environment()).database).toMatchObject({ folder: expect.any(String) as unknown });
  });

  it.each([[['--shared', '--shared']], [['--port=1']], [['8081']]])('takes no arguments like %j', (args) => {
    expect(() => serveOrder(args, folder.environment())).toThrow('serve takes no arguments but --shared');
  });
});

describe('ready', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  /** Starts a server, and returns its port. */
  async function serve(answer: RequestListener, port = 0): Promise<number> {
    const started = createServer(answer).listen(port, '127.0.0.1');
    server = started;
    await new Promise((resolve) => started.once('listening', resolve));
    return (started.address() as AddressInfo).port;
  }
  const lines: string[] = [];
  const ask = async (port: number, ...args: string[]): Promise<unknown> => {
    lines.length = 0;
    return ready(args, folder.environment({ PORT: String(port), HOST: '0.0.0.0' }), (line) => void lines.push(line));
  };

  it('asks for a public address by a name that every portal has', async () => {
    const asked: unknown[] = [];
    const port = await serve(({ url, headers: { host } }, response) => {
      asked.push([url, host]);
      response.end('{}');
    });
    expect(await ask(port)).toBe(0);
    expect([asked, lines]).toEqual([
      [['/.well-known/cardwright', 'localhost']],
      [`The portal answers at 127.0.0.1, port ${port}.`],
    ]);
  });

  it('ends with 1 where nothing listens, or something else answers', async () => {
    const port = await serve((_, response) => response.writeHead(404).end());
    expect(await ask(port)).toBe(1);
    server?.close();
    expect(await ask(port)).toBe(1);
    expect(lines).toEqual([`No portal answers at 127.0.0.1, port ${port}.`]);
  });

  it('waits for a portal that starts later, also while another answer comes first', async () => {
    const port = await serve(() => undefined);
    server?.close();
    const waiting = ask(port, '--while', String(process.pid));
    await delay(300);
    let isUp = false;
    await serve((_, response) => response.writeHead(isUp ? 200 : 503).end(), port);
    await delay(300);
    expect(lines).toEqual([]);
    isUp = true;
    expect(await waiting).toBe(0);
  });

  it.each(['', String(2 ** 22 + 1)])('waits for no portal whose process has ended: --while %j', async (pid) => {
    const port = await serve((_, response) => response.writeHead(503).end());
    expect(await ask(port, '--while', pid)).toBe(1);
  });

  it('waits for no portal whose port nobody knows, and takes no other arguments', async () => {
    await expect(ask(0, '--while', '1')).rejects.toThrow('the system chooses the port');
    expect(await ask(8080, 'now')).toBe(1);
    expect(await ask(8080, '--while', 'systemd')).toBe(1);
    expect(lines).toEqual(['Usage: ready [--while PID]']);
  });

  it('needs no key', async () => {
    const port = await serve((_, response) => response.end('{}'));
    folder.write('keys.json', 'no key at all');
    expect(await ask(port)).toBe(0);
  });
});
