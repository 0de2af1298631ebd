import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Notification, Progress } from '@cardwright/protocol/messages';
import { PagePort } from '../../../sdk/src/page-port.js';
import { FakeBridge } from './fake-bridge.js';

const LONG = 300_000;
let bridge = new FakeBridge();
let port: PagePort | undefined;

async function open(onNotification: (notification: Notification) => void = () => undefined): Promise<PagePort> {
  bridge = new FakeBridge();
  port = await PagePort.open(bridge.window, onNotification);
  return port;
}

afterEach(() => {
  jest.useRealTimers();
  port?.close();
  bridge.close();
});

describe('the port of a page session', () => {
  it("says hello to the page's own origin only", async () => {
    await open();
    expect(bridge.target).toBe('https://portal.example');
  });

  it('gives each answer to the request with its id, in any order', async () => {
    const session = await open();
    const first = session.request('device.list', {}, LONG);
    const second = session.request('pin.getStatus', {}, LONG);
    const [one, two] = [await bridge.next('device.list'), await bridge.next('pin.getStatus')];
    bridge.result(two.id, 'second');
    bridge.result(one.id, 'first');
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  it('ignores answers with unknown ids, and anything that is not a message', async () => {
    const session = await open();
    const answer = session.request('device.list', {}, LONG);
    const { id } = await bridge.next('device.list');
    bridge.result('forged', 'forged');
    bridge.result(1, 'forged');
    bridge.send({ id, result: 'no envelope' });
    bridge.send({ jsonrpc: '2.0', id, result: 'one member too many', more: true });
    bridge.send('nonsense');
    bridge.result(id, 'genuine');
    expect(await answer).toBe('genuine');
  });

  it('ignores a second answer to the same request', async () => {
    const session = await open();
    const answer = session.request('device.list', {}, LONG);
    const { id } = await bridge.next('device.list');
    bridge.result(id, 'genuine');
    bridge.result(id, 'forged');
    expect(await answer).toBe('genuine');
  });

  it('uses ids that cannot be guessed', async () => {
    const session = await open();
    const answers = [session.request('device.list', {}, LONG), session.request('device.list', {}, LONG)];
    await bridge.next('device.list');
    session.close();
    await Promise.allSettled(answers);
    expect(String(bridge.received[0]?.id)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('rejects with the error in the answer, with its details', async () => {
    const session = await open();
    const answer = session.request('pin.verify', {}, LONG);
    const { id } = await bridge.next('pin.verify');
    bridge.error(id, 'PIN_INCORRECT', 6001, { retriesLeft: 2 });
    await expect(answer).rejects.toMatchObject({ code: 'PIN_INCORRECT', data: { retriesLeft: 2 } });
  });

  it('gives up after the timeout and notifies the other side', async () => {
    const session = await open();
    const answer = session.request('device.list', {}, 30);
    await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
    const [cancel, list] = [await bridge.next('$/cancelRequest'), await bridge.next('device.list')];
    expect(cancel.params).toEqual({ id: list.id });
  });

  it('pauses the timeout while a window waits for the user, and resumes it afterwards', async () => {
    const session = await open();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    let told = (): void => undefined;
    const answer = session.request('step.run', {}, 1_000, { onProgress: () => told() });
    let outcome: unknown = 'still waits';
    answer.catch((error: unknown) => (outcome = error));
    const { id } = await bridge.next('step.run');
    const tell = async (progress: object): Promise<void> => {
      const heard = new Promise<void>((resolve) => (told = resolve));
      bridge.send({ jsonrpc: '2.0', method: '$/progress', params: { id, ...progress } });
      await heard;
    };
    await tell({ kind: 'user' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(outcome).toBe('still waits');
    await tell({ kind: 'command', index: 1, count: 2 });
    await jest.advanceTimersByTimeAsync(999);
    expect(outcome).toBe('still waits');
    await jest.advanceTimersByTimeAsync(1);
    expect(outcome).toMatchObject({ code: 'TIMEOUT' });
  });

  it('reports only the progress of its own request', async () => {
    const session = await open();
    const seen: Progress[] = [];
    const answer = session.request('step.run', {}, LONG, { onProgress: (progress) => seen.push(progress) });
    const { id } = await bridge.next('step.run');
    bridge.send({ jsonrpc: '2.0', method: '$/progress', params: { id: 'other', kind: 'user' } });
    bridge.send({ jsonrpc: '2.0', method: '$/progress', params: { id, kind: 'waiting' } });
    bridge.result(id, {});
    await answer;
    expect(seen).toEqual([{ id, kind: 'waiting' }]);
  });

  it('cancels by its signal, and tells the other side which request', async () => {
    const session = await open();
    const abort = new AbortController();
    const answer = session.request('step.run', {}, LONG, { signal: abort.signal });
    const { id } = await bridge.next('step.run');
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await bridge.next('$/cancelRequest')).params).toEqual({ id });
  });

  it('sends nothing if its signal was aborted before', async () => {
    const session = await open();
    await expect(session.request('device.list', {}, LONG, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(bridge.received).toEqual([]);
  });

  it('refuses to send more than a message may contain', async () => {
    const session = await open();
    const params = { jws: 'x'.repeat(300_000) };
    await expect(session.request('step.run', params, LONG)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  });

  it("ends everything with the extension's reason before it closes the session", async () => {
    const session = await open();
    const answer = session.request('device.list', {}, LONG);
    await bridge.next('device.list');
    bridge.send({ jsonrpc: '2.0', method: 'session.ended', params: { error: 'no error' } });
    const error = new CardwrightError('SITE_NOT_GRANTED', { consent: 'denied' }).toWire();
    bridge.send({ jsonrpc: '2.0', method: 'session.ended', params: { error } });
    bridge.send({ cardwright: 'closed' });
    const why = { code: 'SITE_NOT_GRANTED', data: { consent: 'denied' } };
    await expect(answer).rejects.toMatchObject(why);
    expect(session.closed.reason).toMatchObject(why);
    await expect(session.request('device.list', {}, LONG)).rejects.toMatchObject(why);
  });

  it('passes on notifications, and has lost the extension if the session closes without a reason', async () => {
    const heard: string[] = [];
    const session = await open(({ method }) => heard.push(method));
    const answer = session.request('device.list', {}, LONG);
    await bridge.next('device.list');
    bridge.send({ jsonrpc: '2.0', method: 'device.changed', params: {} });
    bridge.send({ cardwright: 'closed' });
    await expect(answer).rejects.toMatchObject({ code: 'EXTENSION_LOST' });
    expect(heard).toEqual(['device.changed']);
    expect(session.closed.aborted).toBe(true);
    await expect(session.request('device.list', {}, LONG)).rejects.toMatchObject({ code: 'EXTENSION_LOST' });
  });
});
