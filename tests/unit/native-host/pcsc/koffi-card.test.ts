import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PCSC_CODE, PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { KoffiCard, type CardCalls } from '../../../../native-host/src/pcsc/koffi-card.js';

const CONTEXT = 7;
const CONNECTION = { handle: 8, isT0: false };
const SERVICE = { hasEnded: () => false, onReleased: () => undefined };
/** Milliseconds after which Windows ends an idle transaction (SCardBeginTransaction, "Remarks"). */
const WINDOWS_TIME = 5_000;

describe('a card in a transaction', () => {
  let told: string[] = [];
  let transmitted: (answer: Uint8Array) => void = () => undefined;

  const callsWith = (transactionTime: number | null, endTransaction = () => Promise.resolve()): CardCalls => {
    const note = (what: string) => {
      told.push(what);
      return Promise.resolve();
    };
    return {
      transactionTime,
      transmit: () => new Promise((resolve) => (transmitted = resolve)),
      featureRequest: 0,
      control: () => new Promise((resolve) => (transmitted = resolve)),
      status: () => note('status'),
      endTransaction: (_, disposition) => note(`end ${disposition}`).then(endTransaction),
      disconnect: (_, disposition) => note(`disconnect ${disposition}`),
      releaseContext: () => note('release'),
    };
  };

  beforeEach(() => {
    told = [];
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is kept busy before Windows ends it, until it is released', async () => {
    const card = new KoffiCard(callsWith(WINDOWS_TIME), CONTEXT, CONNECTION, 'shared', SERVICE);
    await jest.advanceTimersByTimeAsync(WINDOWS_TIME * 2);
    expect(told).toEqual(['status', 'status', 'status', 'status']);
    await card.disconnect();
    told = [];
    await jest.advanceTimersByTimeAsync(WINDOWS_TIME * 2);
    expect(told).toEqual([]);
  });

  it('is not kept busy during an APDU', async () => {
    const card = new KoffiCard(callsWith(WINDOWS_TIME), CONTEXT, CONNECTION, 'shared', SERVICE);
    const answer = card.transmit(Uint8Array.of(0));
    await jest.advanceTimersByTimeAsync(WINDOWS_TIME * 2);
    expect(told).toEqual([]);
    transmitted(Uint8Array.of(0x90, 0));
    await answer;
    await card.disconnect();
  });

  it('is not kept busy while its user enters a PIN at the reader', async () => {
    const card = new KoffiCard(callsWith(WINDOWS_TIME), CONTEXT, CONNECTION, 'shared', SERVICE);
    const answer = card.reader.control(1, Uint8Array.of(0));
    await jest.advanceTimersByTimeAsync(WINDOWS_TIME * 2);
    expect(told).toEqual([]);
    transmitted(Uint8Array.of(0x90, 0));
    await expect(answer).resolves.toEqual(Uint8Array.of(0x90, 0));
    await card.disconnect();
  });

  it.each([
    ['where transactions last', 'shared', null],
    ['when it is had alone', 'exclusive', WINDOWS_TIME],
  ] as const)('is not kept busy %s', async (_, mode, time) => {
    const card = new KoffiCard(callsWith(time), CONTEXT, CONNECTION, mode, SERVICE);
    await jest.advanceTimersByTimeAsync(WINDOWS_TIME * 2);
    expect(told).toEqual([]);
    await card.disconnect();
  });

  it('is reset once, before another program gets access', async () => {
    await new KoffiCard(callsWith(null), CONTEXT, CONNECTION, 'shared', SERVICE).disconnect();
    expect(told).toEqual(['end reset', 'disconnect leave', 'release']);
  });

  it('is reset by disconnecting if its transaction cannot be ended', async () => {
    const fails = () => Promise.reject(new PcscError(PCSC_CODE.NOT_TRANSACTED, 'scripted'));
    await new KoffiCard(callsWith(null, fails), CONTEXT, CONNECTION, 'shared', SERVICE).disconnect();
    expect(told).toEqual(['end reset', 'disconnect reset', 'release']);
  });

  it('is reset by disconnecting if it was had alone', async () => {
    await new KoffiCard(callsWith(null), CONTEXT, CONNECTION, 'exclusive', SERVICE).disconnect();
    expect(told).toEqual(['disconnect reset', 'release']);
  });
});
