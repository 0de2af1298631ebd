import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscCard,
  type ShareMode,
} from '../../../../native-host/src/pcsc/binding.js';
import { CardConnection } from '../../../../native-host/src/pcsc/card-connection.js';
import { meaningOfPcscError } from '../../../../native-host/src/pcsc/pcsc-error.js';
import { InstantClock } from '../../../support/instant-clock.js';

const APDU = Uint8Array.of(0, 0xcb, 0x3f, 0xff);
const busy = () => new PcscError(PCSC_CODE.SHARING_VIOLATION, 'Sharing violation.');

/** A card for which the test answers. */
class Card implements PcscCard {
  readonly protocol = 'T=1';
  readonly events: string[] = [];
  private readonly pending: ((answer: Uint8Array | PcscError) => void)[] = [];

  transmit(): Promise<Uint8Array> {
    this.events.push('transmit');
    return new Promise((resolve, reject) => {
      this.pending.push((answer) => {
        if (answer instanceof PcscError) reject(answer);
        else resolve(answer);
      });
    });
  }

  disconnect(): Promise<void> {
    this.events.push('reset');
    return Promise.resolve();
  }

  async answer(answer: Uint8Array | PcscError = Uint8Array.of(0x90, 0)): Promise<void> {
    await this.started();
    this.pending.shift()?.(answer);
  }

  /** Resolves when the card processes an APDU. */
  async started(): Promise<void> {
    for (let turn = 0; turn < 100 && this.pending.length === 0; turn += 1) await new Promise(setImmediate);
    if (this.pending.length === 0) throw new Error('no APDU came');
  }
}

const take = (card: Card) => CardConnection.take(() => Promise.resolve(card), { patience: 0 });

describe('a card connection', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('counts as mute after a late APDU, sends nothing more, and is reset once that is answered', async () => {
    const card = new Card();
    const connection = await take(card);
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const answer = expect(connection.transmit(APDU)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    const next = expect(connection.transmit(APDU)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    await card.started();
    await jest.advanceTimersByTimeAsync(10_000);
    await Promise.all([answer, next]);
    await connection.close();
    expect(connection.transmitting).toBe(true);
    expect(card.events).toEqual(['transmit']);
    await card.answer();
    await new Promise(setImmediate);
    expect(card.events).toEqual(['transmit', 'reset']);
  });

  it.each<[string, CardProtocol, string, string]>([
    ['leaves out Le beside data over T=0', 'T=0', '00cb3fff035c017e00', '00cb3fff035c017e'],
    ['keeps data without Le over T=0', 'T=0', '00db3fff035c017e', '00db3fff035c017e'],
    ['keeps Le without data over T=0', 'T=0', '00c0000000', '00c0000000'],
    ['keeps a bare header over T=0', 'T=0', '00200080', '00200080'],
    ['keeps all over T=1', 'T=1', '00cb3fff035c017e00', '00cb3fff035c017e00'],
  ])('%s', async (_, protocol, sent, expected) => {
    const received: string[] = [];
    const card: PcscCard = {
      protocol,
      transmit: (apdu) => {
        received.push(Buffer.from(apdu).toString('hex'));
        return Promise.resolve(Uint8Array.of(0x90, 0));
      },
      disconnect: () => Promise.resolve(),
    };
    const connection = await CardConnection.take(() => Promise.resolve(card), { patience: 0 });
    await connection.transmit(Buffer.from(sent, 'hex'));
    expect(received).toEqual([expected]);
  });

  it('waits longer for a card that may take its time', async () => {
    const card = new Card();
    const connection = await take(card);
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const answer = connection.transmit(APDU, 60_000);
    await card.started();
    await jest.advanceTimersByTimeAsync(59_000);
    await card.answer();
    await expect(answer).resolves.toHaveLength(2);
  });

  it('ends with the time limit of a look, however many APDUs are answered', async () => {
    const card = new Card();
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const connection = await CardConnection.take(() => Promise.resolve(card), { patience: 0, timeLimit: 3_000 });
    for (let second = 1; second <= 2; second += 1) {
      const answer = connection.transmit(APDU);
      await card.started();
      await jest.advanceTimersByTimeAsync(1_000);
      await card.answer();
      await answer;
    }
    const late = expect(connection.transmit(APDU)).rejects.toMatchObject({ code: 'CARD_MUTE' });
    await card.started();
    await jest.advanceTimersByTimeAsync(1_000);
    await late;
  });

  it('sends one APDU at a time', async () => {
    const card = new Card();
    const connection = await take(card);
    const answers = Promise.all([connection.transmit(APDU), connection.transmit(APDU)]);
    await card.answer();
    expect(card.events).toHaveLength(1);
    await card.answer();
    await expect(answers).resolves.toHaveLength(2);
  });

  it('starts no further APDU after an abort, and does not interrupt one', async () => {
    const card = new Card();
    const connection = await take(card);
    const abort = new AbortController();
    connection.abortOn(abort.signal);
    const first = connection.transmit(APDU);
    const second = connection.transmit(APDU);
    const outcome = expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    await card.started();
    abort.abort();
    await card.answer();
    await expect(first).resolves.toHaveLength(2);
    await outcome;
    expect(card.events).toEqual(['transmit']);
  });

  it('sends the command after an abort that stops a card waiting for its user', async () => {
    const card = new Card();
    const connection = await take(card);
    const abort = new AbortController();
    connection.abortOn(abort.signal);
    abort.abort();
    const stopped = connection.transmitAfterAbort(APDU);
    await card.answer();
    await expect(stopped).resolves.toHaveLength(2);
    await connection.close();
    await expect(connection.transmitAfterAbort(APDU)).rejects.toMatchObject({ code: 'DEVICE_NOT_OPEN' });
  });

  it('stays usable if Windows reserves one of its applications for administrators', async () => {
    const card = new Card();
    const connection = await take(card);
    const refused = connection.transmit(APDU);
    await card.answer(new PcscError(PCSC_CODE.NO_ACCESS, 'Access is denied to this file.'));
    await expect(refused).rejects.toMatchObject({ code: 'PCSC_FORBIDDEN' });
    const next = connection.transmit(APDU);
    await card.answer();
    await expect(next).resolves.toHaveLength(2);
  });

  it('finishes the current APDU at its end, resets the card, and sends nothing afterwards', async () => {
    const card = new Card();
    const connection = await take(card);
    const running = connection.transmit(APDU);
    await card.started();
    const closing = connection.close();
    await card.answer();
    await expect(running).resolves.toHaveLength(2);
    await closing;
    await expect(connection.transmit(APDU)).rejects.toMatchObject({ code: 'DEVICE_NOT_OPEN' });
    expect(card.events).toEqual(['transmit', 'reset']);
  });

  it('stays gone once the card was pulled', async () => {
    const card = new Card();
    const connection = await take(card);
    const pulled = connection.transmit(APDU);
    await card.answer(new PcscError(PCSC_CODE.REMOVED_CARD, 'Card was removed.'));
    await expect(pulled).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(connection.transmit(APDU)).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(card.events).toEqual(['transmit']);
  });

  it('sends a command to the reader in its turn, and waits for its user longer than for a card', async () => {
    const card = new Card();
    const connection = await take(
      Object.assign(card, { reader: { featureRequest: 1, control: () => card.transmit() } }),
    );
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const first = connection.transmit(APDU);
    const entered = connection.control({ code: 2, data: APDU, apdu: APDU, answerTime: 120_000 });
    await card.started();
    expect(card.events).toHaveLength(1);
    await card.answer();
    await first;
    await card.started();
    await jest.advanceTimersByTimeAsync(119_000);
    await card.answer(Uint8Array.of(0x64, 0x01));
    await expect(entered).resolves.toEqual(Uint8Array.of(0x64, 0x01));
  });

  it('sends no command to the reader after an abort', async () => {
    const card = new Card();
    const connection = await take(
      Object.assign(card, { reader: { featureRequest: 1, control: () => card.transmit() } }),
    );
    const abort = new AbortController();
    connection.abortOn(abort.signal);
    abort.abort();
    await expect(connection.control({ code: 2, data: APDU })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(card.events).toEqual([]);
  });

  it('waits for another holder, and reports that once', async () => {
    let attempts = 0;
    let told = 0;
    const connect = () => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(meaning(busy())) : Promise.resolve(new Card());
    };
    await CardConnection.take(connect, { patience: 10_000, onWaiting: () => (told += 1) });
    expect({ attempts, told }).toEqual({ attempts: 3, told: 1 });
  });

  it('shares a shareable card after some seconds without exclusive access', async () => {
    const tried: string[] = [];
    const connect = (mode: ShareMode) => {
      tried.push(mode);
      return mode === 'shared' ? Promise.resolve(new Card()) : Promise.reject(meaning(busy()));
    };
    await CardConnection.take(connect, { patience: 10_000, mayShare: true }, new InstantClock());
    expect(new Set(tried.slice(0, -1))).toEqual(new Set(['exclusive']));
    expect(tried.length).toBeGreaterThan(10);
    expect(tried.at(-1)).toBe('shared');
  });

  it('never shares a card that it may not share', async () => {
    const tried = new Set<string>();
    const connect = (mode: ShareMode) => {
      tried.add(mode);
      return Promise.reject(meaning(busy()));
    };
    await expect(CardConnection.take(connect, { patience: 10_000 }, new InstantClock())).rejects.toMatchObject({
      code: 'DEVICE_BUSY',
    });
    expect(tried).toEqual(new Set(['exclusive']));
  });

  it('gives up when its patience is over', async () => {
    await expect(CardConnection.take(() => Promise.reject(meaning(busy())), { patience: 0 })).rejects.toMatchObject({
      code: 'DEVICE_BUSY',
    });
  });
});

const meaning = (error: PcscError): Error => {
  const meant = meaningOfPcscError(error);
  return meant instanceof Error ? meant : new Error('no error at all');
};
