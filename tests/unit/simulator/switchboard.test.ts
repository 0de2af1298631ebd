import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Switchboard } from '../../../simulator/src/switchboard.js';

describe('the switchboard between simulator and hosts', () => {
  let switchboard: Switchboard;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    switchboard = await Switchboard.open();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await switchboard.close();
  });

  async function connect(): Promise<Socket> {
    const socket = createConnection(switchboard.path);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function ask(socket: Socket, method: string): Promise<unknown> {
    const line = once(createInterface({ input: socket }), 'line');
    socket.write(`${JSON.stringify({ method })}\n`);
    const [answer] = (await line) as [string];
    return JSON.parse(answer);
  }

  /** Expects that another host is served. */
  async function expectAlive(): Promise<void> {
    await expect(ask(await connect(), 'device.list')).resolves.toEqual({ act: 'pass' });
  }

  it.each([
    ['in the middle of a line', '{"method":"devi'],
    ['before it said anything', ''],
    ['after something else', 'no JSON at all\n'],
    ['after another message', '{"jsonrpc":"2.0"}\n'],
  ])('serves the next host when one is killed %s', async (_, sent) => {
    const host = await connect();
    host.write(sent);
    host.destroy();
    await expectAlive();
  });

  it('serves the next host when one is killed before it has its answer', async () => {
    const host = await connect();
    let answer = (): void => undefined;
    switchboard.set({
      method: 'device.open',
      nth: null,
      act: () => new Promise((resolve) => (answer = () => resolve({ act: 'crash' }))),
    });
    host.write('{"method":"device.open"}\n');
    await expectAlive();
    host.destroy();
    answer();
    await expectAlive();
  });

  it('lets the request pass, and says why, when a failure cannot be staged', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    switchboard.set({ method: 'step.run', nth: 1, act: () => Promise.reject(new Error('the reader is gone')) });
    await expect(ask(await connect(), 'step.run')).resolves.toEqual({ act: 'pass' });
    expect(said).toHaveBeenCalledWith(expect.stringContaining('the reader is gone'));
    said.mockRestore();
    await expectAlive();
  });

  it('counts the requests of each host by themselves', async () => {
    switchboard.set({ method: 'step.run', nth: 2, act: () => Promise.resolve({ act: 'crash' }) });
    const [first, second] = [await connect(), await connect()];
    await expect(ask(first, 'step.run')).resolves.toEqual({ act: 'pass' });
    await expect(ask(second, 'step.run')).resolves.toEqual({ act: 'pass' });
    await expect(ask(first, 'step.run')).resolves.toEqual({ act: 'crash' });
  });
});
