import { afterEach, describe, expect, it } from '@jest/globals';
import { PCSC_CODE } from '@cardwright/native-host/in-process';
import { Bench, READER } from './failures/bench.js';

const SILENT = { onReaders: () => undefined, onStatus: () => undefined, onFailure: () => undefined };
const CULPRIT = 'scdaemon (process 200)';
/** Milliseconds, longer than a host waits for another program to release a card. */
const LONGER_THAN_PATIENCE = 11_000;

describe("the host's log names the programs that may use cards", () => {
  let bench: Bench;
  const programs = () => bench.trace.filter((line) => line.includes(`"programs":"${CULPRIT}"`));
  const open = async () => {
    bench = await Bench.open({ cardUsers: () => [CULPRIT] });
  };
  const hold = () => bench.readers.board.process().binding.open(SILENT).connect(READER);
  afterEach(() => bench.close());

  it('when a card is listed that another program has, once for as long as it has it', async () => {
    await open();
    const held = await hold();
    for (let times = 1; times <= 3; times += 1) await expect(bench.listed()).resolves.toMatchObject({ state: 'held' });
    expect(programs()).toEqual([expect.stringContaining('"code":"0x8010000b"')]);
    await held.disconnect();
    await expect(bench.listed()).resolves.toMatchObject({ state: 'ready' });
    await hold();
    bench.card.pull();
    bench.card.insert();
    await hold();
    await expect(bench.listed()).resolves.toMatchObject({ state: 'held' });
    expect(programs()).toHaveLength(2);
  });

  it('when a device is waited for that another program has', async () => {
    await open();
    const { id: device } = await bench.listed();
    const held = await hold();
    const onProgress = () => {
      expect(programs()).toHaveLength(1);
      void held.disconnect();
    };
    await bench.client.call('device.open', { device }, { onProgress });
    expect(programs()).toHaveLength(1);
  });

  it('when a device is not released in time', async () => {
    await open();
    const { id: device } = await bench.listed();
    await hold();
    const onProgress = () => bench.clock.advance(LONGER_THAN_PATIENCE);
    const opening = bench.client.call('device.open', { device }, { onProgress });
    await expect(opening).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
    expect(programs().length).toBeGreaterThan(0);
  });

  it('when another program has reset the card', async () => {
    await open();
    await bench.openDevice();
    bench.readers.fault = { call: 'transmit', answer: PCSC_CODE.RESET_CARD };
    await expect(bench.client.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'CARD_RESET' });
    expect(programs()).toEqual([expect.stringContaining('"code":"0x80100068"')]);
  });

  it('and names none when this host itself has the card, or the card is silent', async () => {
    await open();
    const { id: device } = await bench.openDevice();
    await Promise.all([bench.listed(), bench.client.call('device.open', { device })]);
    bench.readers.fault = { call: 'transmit', answer: PCSC_CODE.TIMEOUT };
    await expect(bench.client.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'CARD_MUTE' });
    expect(programs()).toEqual([]);
  });
});
