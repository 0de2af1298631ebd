import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PCSC_CODE, PcscError, type PcscBinding, type PcscListener } from '@cardwright/native-host/in-process';
import { ASK_AGAIN_AFTER } from '../../../../native-host/src/pcsc/access.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';

const READER = 'Reader A';
const PRESENT = { present: true, mute: false, inUse: false, events: 1, atr: Uint8Array.of(0x3b) };
const denied = () => new PcscError(PCSC_CODE.SECURITY_VIOLATION, 'Access denied.');
const gone = () => new PcscError(PCSC_CODE.NO_SERVICE, 'Service not available.');

describe('a service that denies access', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['and denies it again: the user may not use it', [denied, denied], 'PCSC_FORBIDDEN'],
    ['and is gone a moment later: it was ending', [denied, gone, gone, gone, gone], 'PCSC_UNAVAILABLE'],
    ['and looks away in between: the end of the connection was faster', [gone, denied, gone, denied], 'PCSC_FORBIDDEN'],
  ])('when it is opened, %s', async (_, answers, code) => {
    const readers = readersOf({ open: refuseWith(answers) });
    await expect(afterAskingAgain(readers.list())).rejects.toMatchObject({ code });
  });

  it('may admit the host a moment later: it was ending, and another one started', async () => {
    const readers = readersOf({ open: refuseWith([denied]) });
    await expect(afterAskingAgain(readers.list())).resolves.toEqual([expect.objectContaining({ name: READER })]);
  });

  it('counts as forbidden if it denies after opening, before it reports its readers', async () => {
    const readers = readersOf({
      open: (listener) => setTimeout(() => listener.onFailure(denied())),
    });
    await expect(afterAskingAgain(readers.list())).rejects.toMatchObject({ code: 'PCSC_FORBIDDEN' });
  });

  it.each([
    ['to one card, twice', [denied, denied], 'PCSC_FORBIDDEN'],
    ['once, to a card that is pulled then', [denied, () => new PcscError(PCSC_CODE.NO_SMARTCARD, '')], 'CARD_REMOVED'],
  ])('%s', async (_, answers, code) => {
    const readers = readersOf({ connect: refuseWith(answers) });
    await readers.list();
    await expect(afterAskingAgain(readers.connect(READER))).rejects.toMatchObject({ code });
    // The reader does not stay taken.
    await expect(readers.connect(READER)).resolves.toBeDefined();
  });

  it('counts as absent if it denies access to a card and ends', async () => {
    let told: PcscListener | undefined;
    const readers = readersOf({ open: (listener) => (told = listener), connect: refuseWith([denied]) });
    await readers.list();
    const connecting = readers.connect(READER);
    setTimeout(() => told?.onFailure(gone()), ASK_AGAIN_AFTER / 2);
    await expect(afterAskingAgain(connecting)).rejects.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
  });
});

describe('a library that cannot be loaded', () => {
  it('is reported as a damaged host, and tried again later', async () => {
    let isThere = false;
    const binding: PcscBinding = {
      open(listener) {
        listener.onReaders([]);
        return { connect: () => Promise.reject(gone()), close: () => Promise.resolve() };
      },
    };
    const readers = new Readers(
      () => (isThere ? Promise.resolve(binding) : Promise.reject(new Error('invalid ELF header'))),
      () => undefined,
    );
    await expect(readers.list()).rejects.toMatchObject({ code: 'HOST_DAMAGED' });
    isThere = true;
    await expect(readers.list()).resolves.toEqual([]);
    await readers.close();
  });
});

/** Waits long enough for two nested retries. */
async function afterAskingAgain<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(4 * ASK_AGAIN_AFTER);
  return promise;
}

/** Throws these errors in turn, and nothing afterwards. */
function refuseWith(errors: readonly (() => PcscError)[]): () => void {
  const left = [...errors];
  return () => {
    const next = left.shift();
    if (next) throw next();
  };
}

interface Behaviour {
  readonly open?: (listener: PcscListener) => unknown;
  readonly connect?: () => void;
}

function readersOf({ open, connect }: Behaviour): Readers {
  const binding: PcscBinding = {
    open(listener) {
      const isSilent = open?.(listener) !== undefined && connect === undefined;
      if (!isSilent) {
        listener.onReaders([READER]);
        listener.onStatus(READER, PRESENT);
      }
      return {
        connect: () =>
          Promise.resolve().then(() => {
            connect?.();
            return { protocol: 'T=1', transmit: () => Promise.reject(gone()), disconnect: () => Promise.resolve() };
          }),
        close: () => Promise.resolve(),
      };
    },
  };
  return new Readers(
    () => Promise.resolve(binding),
    () => undefined,
  );
}
