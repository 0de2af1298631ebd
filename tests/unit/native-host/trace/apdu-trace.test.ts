import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE, message as messageSchema, type Message } from '@cardwright/protocol/messages';
import { apduNotification } from '@cardwright/protocol/trace';
import {
  Log,
  createHostServer,
  type HostServer,
  type PcscBinding,
  type PcscListener,
} from '@cardwright/native-host/in-process';
import * as v from 'valibot';
import { ApduTrace } from '../../../../native-host/src/trace/apdu-trace.js';
import { NO_PASSKEYS } from '../../../support/extension-facts.js';

const READER = 'Reader A';
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** One reader with a plain, blank PIV card. */
class OneCard implements PcscBinding {
  listener: PcscListener | undefined;

  open(listener: PcscListener) {
    this.listener = listener;
    queueMicrotask(() => {
      listener.onReaders([READER]);
      this.insert(1);
    });
    return {
      connect: () =>
        Promise.resolve({
          protocol: 'T=1' as const,
          transmit: ([, ins]: Uint8Array) => Promise.resolve(bytes(ANSWERS.get(ins) ?? '6d00')),
          disconnect: () => Promise.resolve(),
        }),
      close: () => Promise.resolve(),
    };
  }

  insert(events: number): void {
    this.listener?.onStatus(READER, { present: true, mute: false, inUse: false, events, atr: Uint8Array.of(0x3b) });
  }
}

const ANSWERS = new Map<number | undefined, string>([
  [0xa4, '61009000'],
  [0x20, '63c3'],
  [0xcb, '6a82'],
]);

let card: OneCard;
let host: HostServer;
let sent: Message[];

beforeEach(async () => {
  card = new OneCard();
  sent = [];
  host = await createHostServer({
    loadBinding: () => Promise.resolve(card),
    send: (message) => sent.push(v.parse(messageSchema, message)),
    die: () => undefined,
    log: new Log(() => undefined),
  });
  await ask(1, 'initialize', {
    protocol: PROTOCOL_RANGE,
    sdk: '1',
    extension: '1',
    origin: 'https://cms.example',
    cms: null,
    ...NO_PASSKEYS,
  });
});

afterEach(() => host.close());

async function ask(id: number, method: string, params: object = {}): Promise<void> {
  host.receive({ jsonrpc: '2.0', id, method, params });
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (sent.some((message) => !('method' in message) && message.id === id)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${method} was not answered`);
}

const setTrace = (apdus: unknown): void => host.receive({ jsonrpc: '2.0', method: '$/setTrace', params: { apdus } });

const told = () =>
  sent.flatMap((message) =>
    'method' in message && message.method === '$/apdu' ? [v.parse(apduNotification, message.params)] : [],
  );

describe('the APDUs of a host', () => {
  it('are reported once the extension asks, with their request and command', async () => {
    setTrace(true);
    await ask(7, 'device.list');
    const [select, ...others] = told();
    expect(select).toEqual({
      id: 7,
      exchange: {
        method: 'device.list',
        reader: READER,
        instruction: 'SELECT',
        cla: 0,
        ins: 0xa4,
        p1: 4,
        p2: 0,
        data: 'a0000006472f0001',
        dataLength: 8,
        le: 256,
        response: '6100',
        responseLength: 2,
        statusWord: 0x9000,
        meaning: 'success',
        duration: expect.any(Number),
      },
    });
    expect(others.map(({ exchange: { instruction, meaning } }) => `${instruction}: ${meaning}`)).toEqual(
      expect.arrayContaining([
        'NFCCTAP_MSG authenticatorGetInfo: instruction not supported',
        'GET VERSION: instruction not supported',
        'VERIFY: tries left: 3',
        'GET DATA: not found',
      ]),
    );
    expect(new Set(others.map(({ id }) => id))).toEqual(new Set([7]));
  });

  it('are not reported before or after that, nor when a request or page asks', async () => {
    await ask(2, '$/setTrace', { apdus: true });
    setTrace('yes');
    await ask(3, 'device.list');
    setTrace(true);
    setTrace(false);
    card.insert(2);
    await ask(4, 'device.list');
    expect(told()).toEqual([]);
    expect(sent.find((message) => 'id' in message && message.id === 2)).toMatchObject({
      error: { data: { name: 'METHOD_NOT_FOUND' } },
    });
  });

  it('belong to no request if the host reads a card by itself', async () => {
    setTrace(true);
    await ask(7, 'device.list');
    const before = told().length;
    card.insert(2);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const looks = told().slice(before);
    expect(looks.length).toBeGreaterThan(3);
    expect(new Set(looks.map(({ id, exchange: { method } }) => `${String(id)} ${method}`))).toEqual(new Set(['null ']));
  });
});

describe('the trace of APDUs', () => {
  const PIN = bytes('0020008008' + Buffer.from('739164').toString('hex') + 'ffff');

  it('costs nothing while it is off: no object is created, and work runs directly', async () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    const watch = trace.watch(READER);
    const work = Promise.resolve(42);
    expect(trace.during(1, 'device.list', () => work)).toBe(work);
    expect(watch(PIN)).toBeUndefined();
    await work;
    expect(tells).toEqual([]);
  });

  it('stops naming a command once that has ended, even if its work continues', async () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    trace.set(true);
    const watch = trace.watch(READER);
    let later = Promise.resolve();
    await trace.during(5, 'device.list', () => {
      watch(PIN)?.(bytes('9000'));
      later = new Promise((resolve) => setImmediate(resolve)).then(() => watch(PIN)?.(bytes('9000')));
      return Promise.resolve();
    });
    await later;
    expect(tells).toMatchObject([
      { id: 5, exchange: { method: 'device.list' } },
      { id: null, exchange: { method: '' } },
    ]);
  });

  it('shows length and meaning of possible secrets, but not a byte', () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    trace.set(true);
    const watch = trace.watch(READER);
    watch(PIN)?.(bytes('63c2'));
    watch(bytes('0087039b047c02800000'))?.(bytes('7c0a8008aabbccddeeff00119000'));
    expect(tells).toMatchObject([
      { exchange: { instruction: 'VERIFY', data: null, dataLength: 8, response: '', meaning: 'tries left: 2' } },
      { exchange: { instruction: 'GENERAL AUTHENTICATE', data: null, response: null, responseLength: 12 } },
    ]);
  });

  it('shows why no answer came, and an invalid answer', () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    trace.set(true);
    const watch = trace.watch(READER);
    watch(PIN)?.({ failure: new Error('739164') });
    watch(PIN)?.(bytes('90'));
    expect(tells).toMatchObject([
      { exchange: { statusWord: null, meaning: 'Error', response: '' } },
      { exchange: { statusWord: null, meaning: 'an answer without a status word', response: '' } },
    ]);
    expect(JSON.stringify(tells)).not.toContain('739164');
  });

  it('infers nothing from commands before it was switched on', () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    trace.set(true);
    const watch = trace.watch(READER);
    watch(bytes('10db3fff085c035fc105538201'))?.(bytes('9000'));
    trace.set(false);
    watch(bytes('00db3fff02aabb'));
    trace.set(true);
    watch(bytes('00db3fff02aabb'))?.(bytes('9000'));
    expect(tells).toMatchObject([{ exchange: { data: '5c035fc105538201' } }, { exchange: { data: null } }]);
  });

  it('shows the first 4,096 bytes of longer data', () => {
    const tells: unknown[] = [];
    const trace = new ApduTrace((one) => tells.push(one));
    trace.set(true);
    trace.watch(READER)(bytes('00cb3fff0000055c035fc1050000'))?.(bytes('aa'.repeat(5_000) + '9000'));
    const [one] = tells.map((each) => v.parse(apduNotification, each));
    expect(one?.exchange).toMatchObject({ response: 'aa'.repeat(4_096), responseLength: 5_000 });
  });
});
