import { afterEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '@cardwright/protocol/messages';
import { until } from '@cardwright/stage';
import { Bench, type BenchOptions } from '../failures/bench.js';
import { order, setPin } from './support/orders.js';

const MINUTE = 60_000;
/** Milliseconds, longer than a key waits for a touch. */
const NO_TOUCH = 30_001;
const RESET = { method: 'fido.reset', params: {} };

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function open(options: BenchOptions = {}): Promise<Bench> {
  bench = await Bench.open({
    profile: 'fido-key-serial',
    ...options,
    user: { chooseFidoPin: () => 'kaefer-42', ...options.user },
  });
  return bench;
}

/** Resolves when the page has received progress of this kind. */
async function told(desk: Bench, kind: Progress['kind']): Promise<void> {
  await until(() => desk.progress.includes(kind), { what: `a page that is told ${kind}` });
}

/** Gives the host a moment to react. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

async function reinsert(desk: Bench): Promise<void> {
  await told(desk, 'reinsert');
  desk.card.pull();
  await aMoment();
  desk.card.insert();
}

describe('a reset of the FIDO2 application', () => {
  it.each(['fido-key-serial', 'fido-key', 'fido-key-odd'] as const)(
    'erases PIN and passkeys of a %s once its user reinserts and touches it',
    async (profile) => {
      const desk = await open({ profile });
      const { id } = await desk.openDevice();
      await desk.run([setPin, order()]);
      const [[result]] = await Promise.all([desk.run([RESET]), reinsert(desk)]);
      expect(result).toMatchObject({ device: { id, fido2: { pinSet: false } } });
      expect(desk.card.state.fido).toMatchObject({ credentials: [], pin: undefined });
      expect(desk.progress).toEqual(expect.arrayContaining(['user', 'reinsert', 'touch']));
      await expect(desk.run([order()])).rejects.toMatchObject({ code: 'FIDO_PIN_MISSING' });
      await desk.run([setPin, order()]);
    },
  );

  describe('by a long touch', () => {
    /** Lets the time pass, second by second, in which a key is touched and held. */
    async function wait(desk: Bench, seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        desk.clock.advance(1_000);
        await new Promise(setImmediate);
      }
    }

    it.each([
      ['at once', 'at-once', 12],
      // Longer than a host waits for any other touch.
      ['after 65 seconds', { after: 65_000 }, 78],
    ] as const)(
      'waits for a user who begins %s, and tells page and window to hold the key',
      async (_, touch, seconds) => {
        const asked: (boolean | undefined)[] = [];
        const confirms = ({ isLongTouch }: { isLongTouch?: boolean }): boolean => asked.push(isLongTouch) > 0;
        const desk = await open({ user: { confirms }, circumstances: { longTouchForReset: true, touch } });
        await desk.run([setPin]);
        const reset = desk.run([RESET]);
        await reinsert(desk);
        await told(desk, 'touch');
        expect(desk.trace.join('\n')).toContain('"isLong":true');
        await wait(desk, seconds);
        const [result] = await reset;
        expect(result).toMatchObject({ device: { fido2: { pinSet: false } } });
        expect(asked).toEqual([true]);
      },
    );

    it('is not asked of a key that does not say so', async () => {
      const asked: (boolean | undefined)[] = [];
      const confirms = ({ isLongTouch }: { isLongTouch?: boolean }): boolean => asked.push(isLongTouch) > 0;
      const desk = await open({ user: { confirms } });
      await desk.run([setPin]);
      await Promise.all([desk.run([RESET]), reinsert(desk)]);
      expect(asked).toEqual([undefined]);
      expect(desk.trace.join('\n')).not.toContain('isLong');
    });
  });

  it('leaves PIV as it is', async () => {
    const desk = await open({ profile: 'yubikey-5.8' });
    await desk.run([setPin]);
    const before = structuredClone(desk.card.state.objects);
    await Promise.all([desk.run([RESET]), reinsert(desk)]);
    expect(desk.card.state.objects).toEqual(before);
    expect(desk.card.tries).toEqual([3, 3]);
  });

  it('does not begin without the consent of the user', async () => {
    const desk = await open({ user: { confirms: () => false } });
    await desk.run([setPin]);
    await expect(desk.run([RESET])).rejects.toMatchObject({ code: 'USER_CANCELLED' });
    expect(desk.card.state.fido?.pin).toBeDefined();
    await desk.run([order()]);
  });

  it.each([
    ['does not ask again where its user agreed to it together with PIV', { fido: 'reset' }, ['reset-all']],
    ['asks where its user agreed to the loss of PIV alone', {}, ['reset', 'reset-fido']],
    [
      'asks where its user agreed to the loss of what shares its PIN',
      { fido: 'shared' },
      ['reset-shared', 'reset-fido'],
    ],
  ] as const)('%s', async (_what, params, expected) => {
    const asked: string[] = [];
    const desk = await open({ profile: 'yubikey-5.8', user: { confirms: ({ action }) => asked.push(action) > 0 } });
    await desk.run([setPin, order()]);
    await Promise.all([desk.run([{ method: 'device.confirmErasure', params }, RESET]), reinsert(desk)]);
    expect(asked).toEqual(expected);
    expect(desk.card.state.fido?.credentials).toEqual([]);
    // A consent covers one reset.
    desk.progress.length = 0;
    await Promise.all([desk.run([RESET]), reinsert(desk)]);
    expect(asked).toEqual([...expected, 'reset-fido']);
  });

  it('asks again in another operation than the one that got the consent', async () => {
    const asked: string[] = [];
    const desk = await open({ profile: 'yubikey-5.8', user: { confirms: ({ action }) => asked.push(action) > 0 } });
    await desk.run([{ method: 'device.confirmErasure', params: { fido: 'reset' } }]);
    await Promise.all([desk.run([RESET], { operation: 'operation-2', number: 1 }), reinsert(desk)]);
    expect(asked).toEqual(['reset-all', 'reset-fido']);
  });

  it.each([
    ['does not ask again after it was inserted again, where a number tells that it is the same', 'yubikey-5.8', []],
    ['asks again after it was inserted again, where it may be another one of its kind', 'piv-fido', ['reset-fido']],
  ] as const)('%s', async (_what, profile, again) => {
    const asked: string[] = [];
    const user = { confirms: ({ action }: { action: string }) => asked.push(action) > 0 };
    const desk = await open({ profile, user, circumstances: { touch: 'never' } });
    await desk.run([{ method: 'device.confirmErasure', params: { fido: 'reset' } }]);
    for (let times = 0; times < 2; times += 1) {
      desk.progress.length = 0;
      const untouched = expect(desk.run([RESET])).rejects.toMatchObject({ code: 'TOUCH_TIMEOUT' });
      await Promise.all([reinsert(desk), told(desk, 'touch')]);
      desk.clock.advance(NO_TOUCH);
      await untouched;
    }
    expect(asked).toEqual(['reset-all', ...again]);
  });

  it('does not touch another device that is inserted instead', async () => {
    const desk = await open();
    await desk.run([setPin]);
    const first = desk.card.state;
    const exchanged = told(desk, 'reinsert').then(() => desk.exchange({ profile: 'fido-key-serial' }));
    const refused = expect(desk.run([RESET])).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
    await Promise.all([exchanged, refused]);
    expect(first.fido?.pin).toBeDefined();
  });

  it.each<[string, (desk: Bench) => void]>([
    ['nothing happens', () => undefined],
    ['the device is only removed', (desk) => desk.card.pull()],
  ])('is too late when %s for a minute', async (_, happens) => {
    const desk = await open();
    await desk.run([setPin]);
    const late = expect(desk.run([RESET])).rejects.toMatchObject({ code: 'FIDO_RESET_TOO_LATE' });
    await told(desk, 'reinsert');
    await aMoment();
    happens(desk);
    await aMoment();
    desk.clock.advance(MINUTE);
    await late;
    expect(desk.card.state.fido?.pin).toBeDefined();
  });

  it('can be cancelled while it waits for reinsertion; the device stays open', async () => {
    const desk = await open();
    await desk.run([setPin]);
    const cancelling = new AbortController();
    const cancelled = expect(desk.run([RESET], {}, cancelling.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await told(desk, 'reinsert');
    cancelling.abort();
    await cancelled;
    await desk.run([order()]);
  });

  it('is refused where it would erase PIV too: setting the initial PIN revealed that', async () => {
    const desk = await open({ profile: 'shared-pin' });
    const [prepared] = await desk.run([
      { method: 'credentials.prepare', params: { managementKey: null, pinLength: 6 } },
    ]);
    const secrets = { puk: await desk.sealed('puk', '12345678') };
    await desk.run([{ method: 'credentials.apply', params: { digest: String(prepared?.digest), secrets } }]);
    await expect(desk.run([RESET])).rejects.toMatchObject({ code: 'FIDO_RESET_REFUSED', data: { reason: 'shared' } });
    expect(desk.progress).not.toContain('user');
  });

  it('is refused where the device allows it only over another transport', async () => {
    const desk = await open({
      profile: 'yubikey-5.8',
      circumstances: { contactless: true },
      readers: ['ACS ACR122U PICC Interface 00 00'],
    });
    await expect(desk.run([RESET])).rejects.toMatchObject({
      code: 'FIDO_RESET_REFUSED',
      data: { reason: 'transport' },
    });
    expect(desk.progress).not.toContain('user');
  });
});
