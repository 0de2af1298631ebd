import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../native-host/src/clock.js';
import { PCSC_CODE, PcscError, type PcscListener } from '../../../../native-host/src/pcsc/binding.js';
import { KoffiWatch, type WatchCalls } from '../../../../native-host/src/pcsc/koffi-watch.js';
import type { ReaderState } from '../../../../native-host/src/pcsc/koffi-types.js';
import { InstantClock } from '../../../support/instant-clock.js';

const CONTEXT = 7;
const NEW_READERS = String.raw`\\?PnP?\Notification`;
const UNKNOWN_AND_CHANGED = 0x0006;
const PRESENT_AND_CHANGED = 0x0022;

/** A library whose waits a test answers: with states, a return code, or nothing until cancelled. */
class ScriptedCalls implements WatchCalls {
  readonly asked: { readonly time: number; readonly names: readonly string[] }[] = [];
  cancels = 0;
  released = 0;
  #end: (error: PcscError) => void = () => undefined;

  constructor(
    private readonly waits: (number | ((known: readonly ReaderState[]) => ReaderState[]))[],
    private readonly lists: string[][] = [['Reader A']],
    /** The number of cancels that come before the wait has begun. */
    private readonly cancelsLost = 0,
  ) {}

  listReaders(): Promise<string[]> {
    return Promise.resolve((this.lists.length > 1 ? this.lists.shift() : this.lists[0]) ?? []);
  }

  readerState(name: string, known: number): ReaderState {
    const rgbAtr = new Uint8Array(33);
    return { szReader: name, pvUserData: null, dwCurrentState: known, dwEventState: 0, cbAtr: 0, rgbAtr };
  }

  waitForChange(_: unknown, time: number, known: readonly ReaderState[]): Promise<readonly ReaderState[]> {
    this.asked.push({ time, names: known.map(({ szReader }) => szReader) });
    const next = this.waits.shift();
    if (typeof next === 'number') return Promise.reject(new PcscError(next, 'scripted'));
    if (next) return Promise.resolve(next(known));
    return new Promise((_resolve, reject) => (this.#end = reject));
  }

  cancel(): Promise<void> {
    this.cancels += 1;
    if (this.cancels > this.cancelsLost) this.#end(new PcscError(PCSC_CODE.CANCELLED, 'cancelled'));
    return Promise.resolve();
  }

  releaseContext(): Promise<void> {
    this.released += 1;
    return Promise.resolve();
  }
}

const withState = (state: number, at: string) => (known: readonly ReaderState[]) =>
  known.map((one) => (one.szReader === at ? { ...one, dwEventState: state } : one));

function watch(calls: ScriptedCalls, clock = systemClock) {
  const told: string[] = [];
  const listener: PcscListener = {
    onReaders: (names) => told.push(`readers ${names.join()}`),
    onStatus: (reader, { present }) => told.push(`${reader} ${present ? 'card' : 'empty'}`),
    onFailure: ({ code }) => told.push(`failure ${code.toString(16)}`),
  };
  return { told, watch: new KoffiWatch(calls, CONTEXT, listener, clock) };
}

const turns = async (): Promise<void> => {
  for (let turn = 1; turn <= 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the watch of the readers', () => {
  it('repeats its cancel, because one before the wait has begun is lost', async () => {
    const calls = new ScriptedCalls([], undefined, 3);
    const { watch: watching } = watch(calls);
    await turns();
    await watching.end();
    expect(calls).toMatchObject({ cancels: 4, released: 1 });
  });

  it('polls each second where new readers are not reported', async () => {
    const calls = new ScriptedCalls([withState(UNKNOWN_AND_CHANGED, NEW_READERS)]);
    const { watch: watching } = watch(calls);
    await turns();
    expect(calls.asked).toEqual([
      { time: 60_000, names: [NEW_READERS, 'Reader A'] },
      { time: 1_000, names: ['Reader A'] },
    ]);
    await watching.end();
  });

  it.each([
    ['its time is up', PCSC_CODE.TIMEOUT],
    ['a reader left since it was listed', PCSC_CODE.UNKNOWN_READER],
    ['something else cancelled it', PCSC_CODE.CANCELLED],
  ])('continues when %s', async (_, code) => {
    const calls = new ScriptedCalls([code, withState(PRESENT_AND_CHANGED, 'Reader B')], [['Reader A'], ['Reader B']]);
    const { told, watch: watching } = watch(calls, new InstantClock());
    await turns();
    expect(told).toEqual(['readers Reader A', 'readers Reader B', 'Reader B card']);
    await watching.end();
  });

  it('reports a failure once, and releases its context', async () => {
    const calls = new ScriptedCalls([PCSC_CODE.SERVICE_STOPPED]);
    const { told, watch: watching } = watch(calls);
    await turns();
    await watching.end();
    expect(told).toEqual(['readers Reader A', 'failure 8010001e']);
    expect(calls.released).toBe(1);
  });
});
