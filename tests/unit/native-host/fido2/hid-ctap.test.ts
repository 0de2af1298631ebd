import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '../../../../native-host/src/applets/fido2/authenticator.js';
import { KEEP_ALIVE, STATUS } from '../../../../native-host/src/applets/fido2/ctap.js';
import { HidCtap } from '../../../../native-host/src/applets/fido2/hid-ctap.js';
import { CTAPHID, MAX_HID_MESSAGE, packetsOf } from '../../../../native-host/src/applets/fido2/hid-packets.js';
import { InstantClock } from '../../../support/instant-clock.js';
import { FakeHidDevice, type Behaviour } from './hid-device.js';
import { hex, vectors } from './vectors.js';

const OK = Uint8Array.of(0, 1, 2, 3);
const LONGEST = Uint8Array.from({ length: MAX_HID_MESSAGE }, (_, index) => index & 0xff);
const keepAlive = (device: FakeHidDevice, status: number): Uint8Array[] =>
  device.packets(CTAPHID.KEEPALIVE, Uint8Array.of(status));

async function open(behave: Behaviour, capabilities?: number) {
  const clock = new InstantClock();
  const device = new FakeHidDevice(behave, (milliseconds) => clock.pass(milliseconds), capabilities);
  return { device, clock, hid: await HidCtap.open(device, clock) };
}

async function opened(behave: Behaviour) {
  const { hid, ...rest } = await open(behave);
  if (!hid) throw new Error('it knows no CTAP2');
  return { hid, ...rest };
}

describe('a message over CTAPHID', () => {
  it('begins by allocating a channel', async () => {
    const { hid, device } = await opened((_message, it) => it.packets(CTAPHID.CBOR, OK));
    expect(hex(await hid.send(Uint8Array.of(4)))).toBe(hex(OK));
    expect(device.received.map(({ command }) => command)).toEqual([CTAPHID.INIT, CTAPHID.CBOR]);
  });

  it('is impossible with an authenticator that knows only CTAP1', async () => {
    expect((await open(() => [], 0x00)).hid).toBeNull();
  });

  it('may be as long as CTAPHID allows, in both directions', async () => {
    const { hid, device } = await opened((message, it) => it.packets(CTAPHID.CBOR, message.payload));
    const answer = await hid.send(LONGEST);
    expect(MAX_HID_MESSAGE).toBe(7609);
    expect(hex(answer)).toBe(hex(LONGEST));
    expect(device.received[1]?.payload).toHaveLength(MAX_HID_MESSAGE);
  });

  it('is refused unsent if it is longer', async () => {
    const { hid, device } = await opened(() => []);
    expect([...(await hid.send(new Uint8Array(MAX_HID_MESSAGE + 1)))]).toEqual([STATUS.INVALID_LENGTH]);
    expect(device.received).toHaveLength(1);
  });

  it('reports what the authenticator waits for', async () => {
    const { hid } = await opened((_message, it) => [
      ...keepAlive(it, KEEP_ALIVE.PROCESSING),
      ...keepAlive(it, KEEP_ALIVE.UP_NEEDED),
      ...it.packets(CTAPHID.CBOR, OK),
    ]);
    const told: number[] = [];
    await hid.send(Uint8Array.of(1), { onKeepAlive: (status) => told.push(status) });
    expect(told).toEqual([1, 2]);
  });

  it('is repeated while another program has the authenticator, and no longer', async () => {
    let busy = 3;
    const behave: Behaviour = (_message, it) =>
      busy-- > 0 ? it.packets(CTAPHID.ERROR, Uint8Array.of(STATUS.CHANNEL_BUSY)) : it.packets(CTAPHID.CBOR, OK);
    const { hid } = await opened(behave);
    expect(hex(await hid.send(Uint8Array.of(4)))).toBe(hex(OK));
    busy = 1000;
    expect([...(await hid.send(Uint8Array.of(4)))]).toEqual([STATUS.CHANNEL_BUSY]);
    expect(busy).toBe(980);
  });

  it('allocates another channel when its own is no longer known', async () => {
    const { hid, device } = await opened((_message, it) =>
      it.packets(CTAPHID.ERROR, Uint8Array.of(STATUS.INVALID_CHANNEL)),
    );
    await hid.send(Uint8Array.of(4));
    await hid.send(Uint8Array.of(4));
    expect(device.received.map(({ command }) => command)).toEqual([
      CTAPHID.INIT,
      CTAPHID.CBOR,
      CTAPHID.INIT,
      CTAPHID.CBOR,
    ]);
  });

  it('is cancelled at the authenticator', async () => {
    const { hid, device } = await opened(({ command }, it) =>
      command === CTAPHID.CANCEL
        ? it.packets(CTAPHID.CBOR, Uint8Array.of(STATUS.KEEPALIVE_CANCEL))
        : keepAlive(it, KEEP_ALIVE.UP_NEEDED),
    );
    const abort = new AbortController();
    const sending = hid.send(Uint8Array.of(1), { signal: abort.signal, onKeepAlive: () => abort.abort() });
    await expect(sending).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(device.received.filter(({ command }) => command === CTAPHID.CANCEL)).toHaveLength(1);
  });
});

describe('an authenticator on USB', () => {
  it('reports the same facts as over any other transport', async () => {
    const clock = new InstantClock();
    const getInfo: Behaviour = (_message, it) => it.packets(CTAPHID.CBOR, Uint8Array.of(0, ...vectors.inputs.info));
    const authenticator = await Authenticator.overHid(new FakeHidDevice(getInfo), clock);
    expect(authenticator?.facts()).toMatchObject({ aaguid: '01020304-0506-0708-090a-0b0c0d0e0f10', pinSet: true });
    expect(authenticator?.transports).toEqual(['usb']);
  });
});

describe('a hostile or broken authenticator on USB', () => {
  it('is ignored when it answers on another program’s channel', async () => {
    const { hid } = await opened((_message, it) => [
      ...packetsOf(0x0a0b0c0d, { command: CTAPHID.CBOR, payload: Uint8Array.of(0, 9) }),
      ...it.packets(CTAPHID.CBOR, OK),
    ]);
    expect(hex(await hid.send(Uint8Array.of(4)))).toBe(hex(OK));
  });

  it('gives no channel when it answers INIT with another program’s nonce', async () => {
    const clock = new InstantClock();
    const device = new FakeHidDevice(
      () => [],
      (milliseconds) => clock.pass(milliseconds),
    );
    const others = Buffer.alloc(17, 7);
    device.write = () => {
      device.push(...packetsOf(0xffffffff, { command: CTAPHID.INIT, payload: others }));
      return Promise.resolve();
    };
    await expect(HidCtap.open(device, clock)).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
    expect(clock.now()).toBeLessThan(10_000);
  });

  const twoPackets = (device: FakeHidDevice) => device.packets(CTAPHID.CBOR, new Uint8Array(100));
  const tooLong = (device: FakeHidDevice) => {
    const [first = new Uint8Array()] = device.packets(CTAPHID.CBOR, OK);
    first.set([0x1d, 0xba], 5);
    return [first];
  };
  const swapped = (device: FakeHidDevice) => {
    const [first, second, third] = device.packets(CTAPHID.CBOR, new Uint8Array(160));
    return [first, third, second].filter((packet) => packet !== undefined);
  };
  it.each<[string, (device: FakeHidDevice) => Uint8Array[]]>([
    ['with its packets out of order', swapped],
    ['with the second packet alone', (device) => twoPackets(device).slice(1)],
    ['with two first packets', (device) => [...twoPackets(device).slice(0, 1), ...device.packets(CTAPHID.CBOR, OK)]],
    ['longer than CTAPHID allows', tooLong],
    ['to another command', (device) => device.packets(CTAPHID.INIT, OK)],
    ['without a status', (device) => device.packets(CTAPHID.CBOR, new Uint8Array())],
    ['in a short report', (device) => [device.packets(CTAPHID.CBOR, OK)[0]?.subarray(0, 20) ?? OK]],
  ])('is not understood when it answers %s, and gets another channel', async (_what, packets) => {
    let isBroken = true;
    const { hid, device, clock } = await opened((_message, it) =>
      isBroken ? packets(it) : it.packets(CTAPHID.CBOR, OK),
    );
    await expect(hid.send(Uint8Array.of(4))).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
    expect(clock.now()).toBeLessThan(1_000);
    isBroken = false;
    expect(hex(await hid.send(Uint8Array.of(4)))).toBe(hex(OK));
    expect(device.received.filter(({ command }) => command === CTAPHID.INIT)).toHaveLength(2);
  });

  it('is told once to stop when it stays silent', async () => {
    const { hid, device, clock } = await opened(() => []);
    expect([...(await hid.send(Uint8Array.of(4)))]).toEqual([STATUS.TIMEOUT]);
    expect(device.received.filter(({ command }) => command === CTAPHID.CANCEL)).toHaveLength(1);
    expect(clock.now()).toBeLessThan(40_000);
  });

  it('counts as not touched when it sends keep-alives forever, even with a stopped clock', async () => {
    const { hid, device } = await opened((_message, it) => keepAlive(it, KEEP_ALIVE.UP_NEEDED));
    device.read = () => Promise.resolve(keepAlive(device, KEEP_ALIVE.UP_NEEDED)[0]);
    const answer = await hid.send(Uint8Array.of(1), { waitsForUser: true });
    expect([...answer]).toEqual([STATUS.USER_ACTION_TIMEOUT]);
  });
});
