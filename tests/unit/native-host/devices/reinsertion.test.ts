import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Place } from '../../../../native-host/src/devices/identify.js';
import { placeIn } from '../../../../native-host/src/devices/identified-card.js';
import { isReinserted } from '../../../../native-host/src/devices/reinsertion.js';
import { PCSC_CODE, PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, READER } from './fake-binding.js';

const TIME = 60_000;

describe('the reinsertion of a device', () => {
  let binding: FakeBinding;
  let readers: Readers;
  let place: Place;
  const cancelling = new AbortController();

  beforeEach(async () => {
    jest.useFakeTimers();
    binding = new FakeBinding();
    readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    place = await placeIn(readers, READER);
  });
  afterEach(() => void jest.useRealTimers());

  const wait = (signal = cancelling.signal): Promise<boolean> => isReinserted(readers, place, { time: TIME, signal });
  const turn = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

  it('is complete when a card is in its reader again', async () => {
    const waiting = wait();
    await turn();
    binding.status(2, false);
    await turn(5_000);
    binding.status(3, true);
    await expect(waiting).resolves.toBe(true);
  });

  it('is complete when both events came as one', async () => {
    const waiting = wait();
    await turn();
    binding.status(3, true);
    await expect(waiting).resolves.toBe(true);
  });

  it('is complete when the whole reader came back, as with a USB key', async () => {
    const waiting = wait();
    await turn();
    binding.listener?.onReaders([]);
    await turn(5_000);
    binding.listener?.onReaders([READER]);
    binding.status(2, true);
    await expect(waiting).resolves.toBe(true);
  });

  it('is complete even if the service stopped with the last reader and restarted with the next', async () => {
    const waiting = wait();
    await turn();
    binding.listener?.onFailure(new PcscError(PCSC_CODE.SERVICE_STOPPED, 'The service has shut down.'));
    await turn(2_000);
    await expect(waiting).resolves.toBe(true);
  });

  it.each([
    ['nothing happens', () => undefined],
    ['the card is only removed', (there: FakeBinding) => there.status(2, false)],
  ])('times out when %s', async (_, happens) => {
    const waiting = wait();
    await turn();
    happens(binding);
    await turn(TIME);
    await expect(waiting).resolves.toBe(false);
  });

  it('ends when the command is cancelled', async () => {
    const abort = new AbortController();
    const waiting = expect(wait(abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await turn();
    abort.abort();
    await waiting;
  });
});
