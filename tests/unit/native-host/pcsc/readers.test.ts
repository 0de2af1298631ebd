import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import {
  PCSC_CODE,
  PcscError,
  type PcscBinding,
  type PcscContext,
  type PcscListener,
} from '@cardwright/native-host/in-process';
import { MovableClock } from '../../../simulation/support/movable-clock.js';
import { systemClock, type Clock } from '../../../../native-host/src/clock.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';

const EMPTY = { present: false, mute: false, inUse: false, events: 0, atr: new Uint8Array() };

describe('a PC/SC binding that calls back before it has returned', () => {
  it('has its readers listed', async () => {
    const { readers } = readersOf((listener) => {
      listener.onReaders(['Reader A']);
      listener.onStatus('Reader A', EMPTY);
    });
    await expect(readers.list()).resolves.toEqual([{ name: 'Reader A', card: null }]);
    await readers.close();
  });

  it('is asked again after an immediate failure, and closed', async () => {
    let isRunning = false;
    const { readers, opened } = readersOf((listener) => {
      if (isRunning) listener.onReaders([]);
      else listener.onFailure(new PcscError(PCSC_CODE.SERVICE_STOPPED, 'stopped'));
    });
    await expect(readers.list()).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    isRunning = true;
    await expect(readers.list()).resolves.toEqual([]);
    await readers.close();
    expect(opened).toEqual([{ closed: 1 }, { closed: 1 }]);
  });
});

describe('readers that someone listens to', () => {
  it('are looked for again if the service was away at first', async () => {
    const clock = new MovableClock();
    let isRunning = false;
    const { readers } = readersOf((listener) => {
      if (isRunning) listener.onReaders([]);
      else listener.onFailure(new PcscError(PCSC_CODE.NO_SERVICE, 'away'));
    }, clock);
    let changes = 0;
    readers.subscribe(() => (changes += 1));
    await expect(readers.list()).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    isRunning = true;
    clock.advance(1_000);
    await turn();
    expect(changes).toBeGreaterThan(0);
    await readers.close();
  });

  it('are looked for again if the service admits the host and then stays silent', async () => {
    const clock = new MovableClock();
    let isSilent = true;
    const { readers, opened } = readersOf((listener) => {
      if (!isSilent) listener.onReaders([]);
    }, clock);
    readers.subscribe(() => undefined);
    const listed = expect(readers.list()).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    await turn();
    clock.advance(5_000);
    await listed;
    isSilent = false;
    clock.advance(1_000);
    await expect(readers.list()).resolves.toEqual([]);
    await readers.close();
    expect(opened).toEqual([{ closed: 1 }, { closed: 1 }]);
  });
});

/** Creates readers over a binding whose contexts count how often they were closed. */
function readersOf(tell: (listener: PcscListener) => void, clock: Clock = systemClock) {
  const opened: { closed: number }[] = [];
  const binding: PcscBinding = {
    open(listener): PcscContext {
      const state = { closed: 0 };
      opened.push(state);
      tell(listener);
      return {
        connect: () => Promise.reject(new PcscError(PCSC_CODE.NO_SMARTCARD, 'empty')),
        close: () => {
          state.closed += 1;
          return Promise.resolve();
        },
      };
    },
  };
  const readers = new Readers(
    () => Promise.resolve(binding),
    () => undefined,
    clock,
  );
  return { readers, opened };
}
