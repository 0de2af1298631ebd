import { beforeEach, describe, expect, it } from '@jest/globals';
import { PCSC_CODE, type PcscContext, type ReaderStatus } from '@cardwright/native-host/in-process';
import { makeCard } from '@cardwright/virtual-card';
import { expectRule, SERVICE_RULES } from '../support/pcsc/service-rules.js';
import { KeyPool } from './support/key-pool.js';
import { ReaderBoard } from './support/reader-board.js';
import { SimulatedCard } from './support/simulated-card.js';

const READER = 'Reader A';
const EMPTY = 'Reader B';
const SELECT_PIV = bytes('00A4040005A000000308');
const FACTORY_PIN = bytes('0020008008313233343536FFFF');
const WRONG_PIN = bytes('0020008008393939393939FFFF');
const CHUID = 0x5fc102;
const GET_CHUID = bytes('00CB3FFF055C035FC10200');
const ASK_PIN = bytes('00200080');

let board: ReaderBoard;
let card: SimulatedCard;

beforeEach(async () => {
  board = new ReaderBoard([READER, EMPTY]);
  card = SimulatedCard.insert(board, READER, await makeCard({ profile: 'yubikey' }), new KeyPool().source());
});

describe('a simulated reader', () => {
  it('reports its state before open() returns, and each later change', async () => {
    const { context, statuses } = open();
    expect(statuses()).toMatchObject([{ present: true, inUse: false, events: 1 }]);
    const held = await context.connect(READER);
    await held.disconnect();
    card.pull();
    expect(statuses()).toMatchObject([
      { present: true, inUse: false, events: 1 },
      { present: true, inUse: true, events: 1 },
      { present: true, inUse: false, events: 1 },
      { present: false, inUse: false, events: 2 },
    ]);
  });

  it('gives a card to one process at a time, and resets its logins in between', async () => {
    const [first, second] = [open().context, open().context];
    const held = await first.connect(READER);
    await held.transmit(SELECT_PIV);
    expect(await held.transmit(FACTORY_PIN)).toEqual(bytes('9000'));
    await expect(second.connect(READER)).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    await held.disconnect();
    await expect(held.transmit(ASK_PIN)).rejects.toMatchObject({ code: PCSC_CODE.INVALID_HANDLE });
    const next = await second.connect(READER);
    await next.transmit(SELECT_PIV);
    expect(await next.transmit(ASK_PIN)).toEqual(bytes('63C3'));
  });

  it('reports a removed card, even when it is back, and an empty reader', async () => {
    const { context } = open();
    const held = await context.connect(READER);
    card.pull();
    await expect(context.connect(READER)).rejects.toMatchObject({ code: PCSC_CODE.NO_SMARTCARD });
    card.insert();
    await expect(held.transmit(ASK_PIN)).rejects.toMatchObject({ code: PCSC_CODE.REMOVED_CARD });
    await expect(context.connect(EMPTY)).rejects.toMatchObject({ code: PCSC_CODE.NO_SMARTCARD });
    await expect(context.connect('Reader C')).rejects.toMatchObject({ code: PCSC_CODE.UNKNOWN_READER });
  });

  it('frees the card of a killed process after the current APDU; the process hears nothing', async () => {
    const process = board.process();
    const held = await process.binding.open(silent).connect(READER);
    await held.transmit(SELECT_PIV);
    let isHeard = false;
    void held.transmit(WRONG_PIN).finally(() => (isHeard = true));
    await process.kill();
    expect(card.tries).toEqual([2, 3]);
    const next = await open().context.connect(READER);
    await next.transmit(SELECT_PIV);
    expect(await next.transmit(ASK_PIN)).toEqual(bytes('63C2'));
    expect(isHeard).toBe(false);
  });

  it('resets the card only after an APDU that arrives as its process is killed', async () => {
    const strictBoard = new ReaderBoard([READER]);
    const state = await makeCard({ profile: 'piv-strict' });
    // The object exceeds one response, after which a strict card accepts nothing but GET RESPONSE.
    state.objects.set(CHUID, Buffer.alloc(600));
    const strict = SimulatedCard.insert(strictBoard, READER, state, new KeyPool().source());
    const process = strictBoard.process();
    const held = await process.binding.open(silent).connect(READER);
    await held.transmit(SELECT_PIV);
    const killed = new Promise<void>((resolve) => {
      strict.arm([], [{ at: 1, strike: () => void process.kill().then(resolve) }]);
    });
    void held.transmit(GET_CHUID);
    await killed;
    const next = await strictBoard.process().binding.open(silent).connect(READER);
    expect(Buffer.from(await next.transmit(SELECT_PIV)).toString('hex')).toMatch(/9000$/);
  });

  it('chooses the protocol as pcscd does: T=1 where the ATR offers it', async () => {
    const held = await open().context.connect(READER);
    expect(held.protocol).toBe('T=1');
  });
});

describe('the simulated smart card service keeps the rules of pcsc-lite', () => {
  it.each(Object.entries(SERVICE_RULES))('%s', async (_, calls) => {
    await expectRule(calls, () => Promise.resolve(board.program(READER, { waits: false })));
    expect(card.defects).toEqual([]);
  });
});

describe('a program of the simulated computer', () => {
  it('waits for the end of a transaction, and then hears of the reset', async () => {
    const program = board.program(READER);
    await program.connect('shared');
    const held = await open().context.connect(READER, 'shared');
    let isAnswered = false;
    const waiting = program.transmit('00200080').finally(() => (isAnswered = true));
    for (let time = 1; time <= 20; time += 1) await held.transmit(SELECT_PIV);
    expect(isAnswered).toBe(false);
    await held.disconnect();
    await expect(waiting).rejects.toMatchObject({ code: PCSC_CODE.RESET_CARD });
  });

  it('keeps a shared connection of the host out while it has a transaction', async () => {
    const program = board.program(READER);
    await program.connect('shared');
    await program.begin();
    const { context } = open();
    await expect(context.connect(READER, 'shared')).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    await program.end('leave');
    await program.disconnect('leave');
    await expect(context.connect(READER)).resolves.toMatchObject({ protocol: 'T=1' });
  });
});

const silent = { onReaders: () => undefined, onStatus: () => undefined, onFailure: () => undefined };

/** Opens a separate process, and records which statuses of the reader it receives. */
function open(): { context: PcscContext; statuses: () => ReaderStatus[] } {
  const told: ReaderStatus[] = [];
  const context = board.process().binding.open({
    ...silent,
    onStatus: (reader, status) => {
      if (reader === READER) told.push(status);
    },
  });
  return { context, statuses: () => told };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
