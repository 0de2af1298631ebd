import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeviceHolder, type ReleaseOptions } from '../../../../native-host/src/devices/device-holder.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, numbered, plainCard, READER } from './fake-binding.js';

const MINUTE = 60_000;
const { signal } = new AbortController();
const onWaiting = (): void => undefined;

describe('a device that is released on purpose', () => {
  let binding: FakeBinding;
  let inventory: Inventory;
  let holder: DeviceHolder;

  beforeEach(() => {
    jest.useFakeTimers();
    binding = new FakeBinding();
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    const onTrouble = (): void => undefined;
    inventory = new Inventory(readers, onTrouble);
    holder = new DeviceHolder(readers, inventory, onTrouble);
  });
  afterEach(() => void jest.useRealTimers());

  async function open(card = numbered('00bc614e')): Promise<string> {
    binding.answer = card;
    const { devices } = await inventory.list();
    const { id } = await holder.open(devices[0]?.id ?? '', { signal, onWaiting });
    binding.events = [];
    return id;
  }

  const release = (work: () => Promise<void> | void, options: Partial<ReleaseOptions> = {}) =>
    holder.use(signal, (device) =>
      holder.whileReleased(device, { signal, onWaiting, ...options }, async () => {
        binding.events.push('released');
        await work();
      }),
    );

  it('is reset, released and taken back, and is still the same device', async () => {
    const id = await open();
    await release(() => undefined);
    expect(binding.events).toEqual(['reset', 'released', 'connect']);
    expect(holder.heldDevice()).toMatchObject({ id, serial: '12345678' });
  });

  it('is taken back when the work fails, and passes on its error', async () => {
    await open();
    await expect(release(() => Promise.reject(new Error('closed')))).rejects.toThrow('closed');
    expect(holder.heldDevice()).not.toBeNull();
  });

  it('is prepared before and restored afterwards, even after a failure or cancellation', async () => {
    await open();
    const cancelling = new AbortController();
    const options = {
      signal: cancelling.signal,
      prepare: () => Promise.resolve(void binding.events.push('prepared')),
      restore: () => Promise.resolve(void binding.events.push('restored')),
    };
    await expect(
      release(() => {
        cancelling.abort();
        throw new Error('cancelled');
      }, options),
    ).rejects.toThrow('cancelled');
    expect(binding.events).toEqual(['prepared', 'reset', 'released', 'connect', 'restored']);
  });

  it('is lost and reported as removed if its reader is empty afterwards', async () => {
    await open();
    await expect(release(() => binding.status(2, false))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(() => holder.heldDevice()).toThrow(expect.objectContaining({ code: 'CARD_REMOVED' }));
  });

  it('is lost if its reader is gone', async () => {
    await open();
    await expect(release(() => binding.listener?.onReaders([]))).rejects.toMatchObject({ code: 'READER_REMOVED' });
  });

  it.each([
    ['another number', numbered('00bc614f')],
    ['no number', plainCard],
  ])('is not mistaken for a card with %s in its place, which is released untouched', async (_, card) => {
    await open();
    const restore = jest.fn(() => Promise.resolve());
    const exchange = (): void => {
      binding.status(3, true);
      binding.answer = card;
    };
    await expect(release(exchange, { restore })).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
    expect(restore).not.toHaveBeenCalled();
    expect(binding.events).toEqual(['reset', 'released', 'connect', 'reset']);
    expect(holder.heldDevice()).toBeNull();
  });

  it('is not mistaken for another card even after an unnoticed exchange', async () => {
    await open();
    const exchange = (): void => void (binding.answer = numbered('00bc614f'));
    await expect(release(exchange)).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
  });

  it('may be removed and inserted again by its user, if it has a number', async () => {
    const id = await open();
    await release(() => binding.status(3, true));
    expect(holder.heldDevice()).toMatchObject({ id });
  });

  it('counts as another one once it left its reader, if nothing names it', async () => {
    await open(plainCard);
    await expect(release(() => binding.status(3, true))).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
  });

  it('counts as the same one if its removal was requested and the kind matches', async () => {
    const id = await open(plainCard);
    await release(() => binding.status(3, true), { isReinserted: true });
    expect(holder.heldDevice()).toMatchObject({ id });
    const exchange = (): void => {
      binding.status(5, true);
      binding.answer = numbered('00bc614e');
    };
    await expect(release(exchange, { isReinserted: true })).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
  });

  it('is not read by a listing meanwhile, nor is another card in its reader', async () => {
    const id = await open();
    await release(async () => {
      await expect(inventory.list()).resolves.toMatchObject({ devices: [{ id, state: 'ready' }] });
      binding.status(3, true);
      await expect(inventory.list()).resolves.toMatchObject({
        devices: [{ reader: READER, state: 'held', serial: null }],
      });
      expect(binding.events).toEqual(['reset', 'released']);
    });
    await expect(inventory.list()).resolves.toMatchObject({ devices: [{ id, state: 'ready' }] });
  });

  it('cannot be used, opened or closed by another command before it is back', async () => {
    const id = await open();
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const restore = (): Promise<void> => Promise.resolve(void order.push('back'));
    const lent = release(() => new Promise((resolve) => (finish = resolve)), { restore });
    await jest.advanceTimersByTimeAsync(0);
    const used = holder.use(signal, () => Promise.resolve(order.push('used')));
    const closed = used.then(() => holder.close()).then(() => order.push('closed'));
    const opened = closed.then(() => holder.open(id, { signal, onWaiting })).then(() => order.push('opened'));
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(order).toEqual([]);
    finish();
    await Promise.all([lent, used, closed, opened]);
    expect(order).toEqual(['back', 'used', 'closed', 'opened']);
  });

  it('does not interrupt its user when it is pulled for a moment, or after a minute', async () => {
    await open();
    await release(async () => {
      binding.status(2, false);
      await jest.advanceTimersByTimeAsync(2 * MINUTE);
      expect(holder.gone.aborted).toBe(false);
      binding.status(3, true);
    });
    expect(holder.heldDevice()).not.toBeNull();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(holder.heldDevice()).toBeNull();
  });

  it('is taken back and restored before the session ends when the page is gone', async () => {
    await open();
    let abandon: (reason: Error) => void = () => undefined;
    const restore = (): Promise<void> => Promise.resolve(void binding.events.push('restored'));
    const lent = release(() => new Promise((_, reject) => (abandon = reject)), { restore });
    const outcome = expect(lent).rejects.toThrow('the page is gone');
    await jest.advanceTimersByTimeAsync(0);
    const ended = holder.shutdown();
    abandon(new Error('the page is gone'));
    await ended;
    await outcome;
    expect(binding.events).toEqual(['reset', 'released', 'connect', 'restored', 'reset']);
  });
});
