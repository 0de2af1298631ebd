import { describe, expect, it } from '@jest/globals';
import { PCSC_CODE, PcscError, type PcscBinding, type PcscContext, type PcscListener } from '@cardwright/native-host';
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

  it('is asked again after it has failed at once, and is closed', async () => {
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

/** Readers over a binding whose contexts tell how often they were closed. */
function readersOf(tell: (listener: PcscListener) => void) {
  const opened: { closed: number }[] = [];
  const binding: PcscBinding = {
    open(listener): PcscContext {
      const state = { closed: 0 };
      opened.push(state);
      tell(listener);
      return {
        connect: () => Promise.reject(new PcscError(PCSC_CODE.NO_SMARTCARD, 'empty')),
        close: () => void (state.closed += 1),
      };
    },
  };
  const readers = new Readers(
    () => Promise.resolve(binding),
    () => undefined,
  );
  return { readers, opened };
}
