import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { isCardwrightError } from '@cardwright/protocol';
import { Card, Chip, freshKeys, makeCard, type CardInReader, type CardState } from '@cardwright/virtual-card';
import { connect } from '../../../sdk/src/connect.js';
import { runOperation } from '../../../sdk/src/operation.js';
import { CardCopy } from '../../simulation/support/card-copy.js';
import { SimulatedExtension } from '../../simulation/support/extension.js';
import { MemoryCms } from '../../simulation/support/memory-cms.js';
import { MovableClock } from '../../simulation/support/movable-clock.js';
import { PageOfCms } from '../../simulation/support/page-of-cms.js';
import { PcscDesk } from '../../support/pcsc/desk.js';
import { ForkedBinding } from '../../support/pcsc/forked-binding.js';
import type { Forked } from '../../support/pcsc/forked.js';

const PIN = '739154';
const SELECT_ANOTHER = '00A4040008A000000527471117';
const SELECT_PIV = '00A4040005A000000308';
const WRONG_PIN = '0020008008393939393939FFFF';
/** SCARD_E_SHARING_VIOLATION and SCARD_W_RESET_CARD */
const [TAKEN, RESET_CARD] = ['8010000b', '80100068'];
/** Makes libpcsclite pass on the service's refusal where it would wait for the end of a transaction. */
const WITHOUT_WAITING = { PCSCLITE_NO_BLOCKING: '1' };

/** Disturbances by a program that is connected to the shared card, with the service's answer. */
const DISTURBANCES: readonly (readonly [method: string, argument: string, outcome: string])[] = [
  ['transmit', SELECT_ANOTHER, TAKEN],
  ['transmit', WRONG_PIN, TAKEN],
  ['reconnect', 'reset', TAKEN],
  ['begin', '', RESET_CARD],
  ['reconnect', 'leave', TAKEN],
];

/** The events of one page session. APDUs count from `device.open` on. */
interface Turn {
  readonly beforeOpen?: () => Promise<unknown>;
  /** Runs when an APDU has reached the card, which executes it afterwards. */
  readonly atApdu?: (apdu: number, leave: () => void) => Promise<unknown>;
  /** Called when the host waits for another program. */
  readonly onWaiting?: () => void;
}

/** An issuance with the real smart card service: the card holds each APDU back while another program tries to disturb. */
describe('at each APDU of an issuance', () => {
  let desk: PcscDesk;
  let cms: MemoryCms;
  let state: CardState;
  let program: Forked;
  let fewestTries: number;
  let count = 0;
  /** Number of APDUs of the last issuance that was done. Once its device is closed, the host reads the card again, for its list. */
  let untilDone = 0;
  let atApdu: ((apdu: number) => Promise<unknown>) | undefined;

  beforeAll(async () => {
    desk = await PcscDesk.open(1);
    cms = await MemoryCms.open({ algorithm: 'P-256' });
  });
  beforeEach(async () => {
    await cms.clear();
    state = await makeCard({ profile: 'yubikey' });
    fewestTries = Infinity;
    atApdu = undefined;
    const chip = new Chip(new Card(state, {}, freshKeys), (error) => {
      throw error;
    });
    const card: CardInReader = {
      atr: chip.atr,
      reset: () => chip.reset(),
      transmit: async (apdu) => {
        count += 1;
        await atApdu?.(count);
        const answer = await chip.transmit(apdu);
        fewestTries = Math.min(fewestTries, state.pin.triesLeft, state.puk.triesLeft);
        return answer;
      },
    };
    await desk.insertPlayed(card);
    program = await desk.program(WITHOUT_WAITING);
  });
  afterEach(() => desk.clear());
  afterAll(async () => {
    await cms.close();
    await desk.close();
  });

  const use = (method: string, ...args: readonly string[]) => program.call(method, ...args).then(String, String);
  const connected = (mode: string) => use('connect', desk.reader(), mode);

  /** Runs one page session with a host of its own; resolves with the state of the operation, or the code of its error. */
  async function session(turn: Turn): Promise<string> {
    const forked = await desk.freshBinding();
    const clock = new MovableClock();
    const extension = await SimulatedExtension.start({
      board: { process: () => ({ binding: new ForkedBinding(forked), kill: () => forked.kill() }) },
      clock,
      origin: cms.origin,
      cms: cms.keys,
      user: { choosePin: () => PIN, confirms: () => true },
      onTrace: () => undefined,
    });
    const client = await connect({ window: extension.window });
    try {
      const listed = await until(
        async () => (await client.call('device.list', {})).devices.find((one) => one.state === 'ready'),
        { what: 'a listed device' },
      );
      await turn.beforeOpen?.();
      count = 0;
      untilDone = 0;
      atApdu = (apdu) => Promise.resolve(turn.atApdu?.(apdu, () => client.close()));
      const onProgress = (): void => turn.onWaiting?.();
      const { device } = await client.call('device.open', { device: listed.id }, { onProgress });
      const page = new PageOfCms(cms, () => Promise.resolve());
      const answer = await runOperation({ cms: page.operations, client, kind: 'issue', device, timing: clock });
      atApdu = undefined;
      untilDone = count;
      await client.call('device.close', {});
      return answer.state;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      return error.code;
    } finally {
      atApdu = undefined;
      client.close();
      await extension.close();
    }
  }

  /** Demands that the device is issued, that its secrets are known, and that no try was spent but those of the other program. */
  async function expectIssued({ spentByOthers }: { readonly spentByOthers: number }): Promise<void> {
    await expect(cms.devices()).resolves.toEqual([expect.objectContaining({ state: 'active' })]);
    const copy = CardCopy.of(state);
    await expect(copy.acceptsPin(PIN)).resolves.toBe(true);
    const escrows = await cms.escrows();
    const pukTests = escrows.map(async ({ puk }) => puk !== null && (await copy.acceptsPuk(puk)));
    expect(await Promise.all(pukTests)).toContain(true);
    const keyTests = escrows.map(
      async ({ managementKey }) =>
        managementKey !== null && (await copy.acceptsManagementKey(Buffer.from(managementKey.key, 'base64url'))),
    );
    expect(await Promise.all(keyTests)).toContain(true);
    expect(fewestTries).toBe(3 - spentByOthers);
    expect([state.pin.triesLeft, state.puk.triesLeft]).toEqual([3, 3]);
  }

  it('no other program gets at a card that the host has alone', async () => {
    const outcomes: string[] = [];
    const end = await session({
      atApdu: async () => outcomes.push(await connected('shared'), await connected('exclusive')),
    });
    expect(end).toBe('done');
    expect(outcomes).toHaveLength(2 * untilDone);
    expect(untilDone).toBeGreaterThan(30);
    expect(outcomes.filter((outcome) => !outcome.endsWith(TAKEN))).toEqual([]);
    await expectIssued({ spentByOthers: 0 });
  });

  it('a program that shares the card with the host cannot select, verify, reset or hold', async () => {
    const wrong: unknown[] = [];
    const releasing = await desk.program();
    const dying = await desk.program();
    let isReleased = false;
    let released: Promise<unknown> = Promise.resolve();
    const end = await session({
      beforeOpen: async () => {
        await program.call('connect', desk.reader(), 'shared');
        await releasing.call('connect', desk.reader(), 'shared');
        await dying.call('connect', desk.reader(), 'shared');
      },
      atApdu: async (apdu) => {
        const [method, argument, expected] = DISTURBANCES[apdu % DISTURBANCES.length] ?? ['', '', ''];
        const outcome = await use(method, argument);
        if (!outcome.endsWith(expected)) wrong.push([apdu, method, argument, outcome]);
        if (apdu === 10) released = releasing.call('disconnect', 'reset').finally(() => (isReleased = true));
        if (apdu === 20) await dying.kill();
        if (isReleased) wrong.push([apdu, 'disconnect']);
      },
    });
    expect(wrong).toEqual([]);
    expect(end).toBe('done');
    expect(untilDone).toBeGreaterThan(30);
    await released;
    await expectIssued({ spentByOthers: 0 });
  });

  it('a program that uses the card between two sessions changes nothing', async () => {
    const pauses: readonly (readonly [leftAt: number, disturb: () => Promise<unknown>])[] = [
      [8, () => program.call('transmit', SELECT_ANOTHER)],
      [16, () => program.call('transmit', SELECT_PIV).then(() => program.call('transmit', WRONG_PIN))],
      [24, () => program.call('reconnect', 'reset')],
    ];
    for (const [leftAt, disturb] of pauses) {
      const end = await session({
        atApdu: async (apdu, leave) => {
          await Promise.resolve();
          if (apdu === leftAt) leave();
        },
      });
      expect(end).not.toBe('done');
      await until(async () => (await connected('shared')) === 'null', { what: 'a card that nobody has' });
      await disturb();
      await program.call('disconnect', 'leave');
    }
    let isWaitedFor = false;
    const end = await session({
      beforeOpen: async () => {
        await program.call('connect', desk.reader(), 'shared');
        await program.call('begin');
      },
      onWaiting: () => {
        isWaitedFor = true;
        void program.call('end', 'leave').then(() => program.call('disconnect', 'leave'));
      },
    });
    expect(isWaitedFor).toBe(true);
    expect(end).toBe('done');
    await expectIssued({ spentByOthers: 1 });
  });
});
