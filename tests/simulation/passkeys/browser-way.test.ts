import { afterEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, decodeBytes, type UserParams } from '@cardwright/protocol';
import type { CardState } from '@cardwright/virtual-card';
import { until } from '@cardwright/stage';
import { Bench, READER, type BenchOptions } from '../failures/bench.js';
import { registerLikeABrowser, takeCard, takesFidoPin } from './support/browser.js';
import { judge, order } from './support/orders.js';

const FACTORY_PUK = '12345678';
const INS_SELECT = 0xa4;

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Plays the user and the browser while the device is released to them. */
type Dialog = (desk: Bench, asked: UserParams<'user.createPasskey'>, pin: string | null) => Promise<string>;

/** Reads the card's current PIN from its memory. */
const pinOf = ({ pin }: CardState): string => Buffer.from(pin.value).toString('latin1').replaceAll('\xff', '');

interface Scene {
  readonly desk: Bench;
  /** The temporary PINs that windows showed. */
  readonly shown: string[];
}

async function open(dialog: Dialog, options: BenchOptions = {}): Promise<Scene> {
  const shown: string[] = [];
  const desk: Bench = await Bench.open({
    profile: 'shared-pin',
    apdus: true,
    ...options,
    user: {
      createPasskey: async (asked, pin) => {
        if (pin !== null) shown.push(pin);
        const { options: creation, origin } = asked;
        return registerLikeABrowser(
          desk.readers.board,
          READER,
          { options: creation, origin },
          await dialog(desk, asked, pin),
        );
      },
    },
  });
  bench = desk;
  return { desk, shown };
}

/** Applies new credentials to the card, which sets its initial PIN. */
async function personalise(desk: Bench): Promise<string> {
  const [prepared] = await desk.run([{ method: 'credentials.prepare', params: { managementKey: null, pinLength: 6 } }]);
  const secrets = { puk: await desk.sealed('puk', FACTORY_PUK) };
  await desk.run([{ method: 'credentials.apply', params: { digest: String(prepared?.digest), secrets } }]);
  return pinOf(desk.card.state);
}

const types: Dialog = (_desk, _asked, pin) => Promise.resolve(pin ?? '');
const shared = (way: 'page' | 'window' = 'page') => order({ way, pin: 'shared' });
const closes: Dialog = () => Promise.reject(new CardwrightError('PASSKEY_NOT_COMPLETED'));

describe('a passkey that the browser registers with a temporary PIN', () => {
  it.each(['page', 'window'] as const)('is on the open device, which proves it (%s)', async (way) => {
    const { desk } = await open(types);
    await personalise(desk);
    const one = shared(way);
    const [made] = await desk.run([one]);
    expect(judge(one, made)).toMatchObject({ isProved: true });
    expect(made).toMatchObject({ device: { fido2: { pinSet: true } } });
    expect(desk.progress).toContain('user');
  });

  it('needs a PIN that is not the escrowed one and stops working for PIV and FIDO afterwards', async () => {
    const { desk, shown } = await open(types);
    const initial = await personalise(desk);
    await desk.run([shared()]);
    const [temporary = ''] = shown;
    expect(temporary).toMatch(/^\d{6}$/);
    expect(temporary).not.toBe(initial);
    expect(pinOf(desk.card.state)).toBe(initial);
    const typed = { method: 'pin.verify', params: { secrets: { pin: await desk.sealed('pin', temporary) } } };
    await expect(desk.run([typed])).rejects.toMatchObject({ code: 'PIN_INCORRECT' });
    await desk.client.call('device.close', {});
    await expect(takesFidoPin(desk.readers.board, READER, temporary)).resolves.toBe(false);
    await expect(takesFidoPin(desk.readers.board, READER, initial)).resolves.toBe(true);
  });

  it('gets another temporary PIN each time', async () => {
    const { desk, shown } = await open(closes);
    await personalise(desk);
    for (let time = 0; time < 3; time += 1) await desk.run([shared()]).catch(() => undefined);
    expect(new Set(shown).size).toBe(3);
  });

  it('leaves the initial PIN usable afterwards', async () => {
    const { desk } = await open(types);
    await personalise(desk);
    await desk.run([shared()]);
    const rules = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
    const secrets = { pin: { source: 'session' }, newPin: { source: 'user' } };
    await desk.run([{ method: 'pin.change', params: { rules, secrets } }]);
    expect(pinOf(desk.card.state)).toBe('739154');
    expect(desk.card.tries).toEqual([8, 3]);
  });

  it('reveals neither PIN in the log, a message or the trace of APDUs', async () => {
    const { desk, shown } = await open(types);
    const initial = await personalise(desk);
    await desk.run([shared()]);
    const told = desk.trace.join('\n');
    expect(told).toContain('"instruction":"RESET RETRY COUNTER"');
    for (const pin of [initial, ...shown]) {
      expect(told.includes(`"${pin}"`)).toBe(false);
      const forms = [Buffer.from(pin).toString('hex'), Buffer.from(pin).toString('base64url')];
      for (const form of forms) expect(told.toLowerCase().includes(form.toLowerCase())).toBe(false);
    }
  });

  it.each<[string, Dialog, string]>([
    ['the dialog is closed', closes, 'PASSKEY_NOT_COMPLETED'],
    ['the user cancels', () => Promise.reject(new CardwrightError('USER_CANCELLED')), 'USER_CANCELLED'],
    [
      'the extension refuses it',
      () => Promise.reject(new CardwrightError('STEP_REFUSED', { reason: 'content' })),
      'STEP_REFUSED',
    ],
    [
      'all tries of the PIN are used up in the dialog',
      async (desk, { options, origin }, pin) => {
        for (let time = 0; time < 3; time += 1) {
          const typed = registerLikeABrowser(desk.readers.board, READER, { options, origin }, `${pin ?? ''}9`);
          await typed.catch(() => undefined);
        }
        throw new CardwrightError('PASSKEY_NOT_COMPLETED');
      },
      'PASSKEY_NOT_COMPLETED',
    ],
  ])('is not made when %s: the initial PIN is back with all tries, and the device is open', async (_, dialog, code) => {
    const { desk } = await open(dialog);
    const initial = await personalise(desk);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code });
    expect(pinOf(desk.card.state)).toBe(initial);
    expect(desk.card.tries).toEqual([8, 3]);
    await desk.run([{ method: 'pin.verify', params: { secrets: { pin: { source: 'session' } } } }]);
  });

  it('is not made on a card that takes none of the PINs, of which the user chose none: it leads to the help desk', async () => {
    const { desk, shown } = await open(types);
    const initial = await personalise(desk);
    const refusals = Array.from({ length: 6 }, (_, index) => ({
      kind: 'status' as const,
      at: { instruction: 'RESET-RETRY-COUNTER' as const, nth: index + 1 },
      statusWord: 0x6985,
    }));
    desk.card.arm(refusals, []);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'PIN_RULES_CONFLICT' });
    expect([shown, pinOf(desk.card.state) === initial]).toEqual([[], true]);
  });

  it('is not made when the page cancels: the initial PIN is back', async () => {
    const cancelling = new AbortController();
    const { desk } = await open(() => {
      cancelling.abort();
      return new Promise(() => undefined);
    });
    const initial = await personalise(desk);
    await expect(desk.run([shared()], {}, cancelling.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await desk.run([{ method: 'pin.getStatus', params: {} }]);
    expect(pinOf(desk.card.state)).toBe(initial);
  });

  it('restores the initial PIN before the host ends when its page is gone', async () => {
    let reached: () => void = () => undefined;
    const inDialog = new Promise<void>((resolve) => (reached = resolve));
    const { desk } = await open(() => (reached(), new Promise(() => undefined)));
    const initial = await personalise(desk);
    const running = desk.run([shared()]).catch(() => undefined);
    await inDialog;
    expect(pinOf(desk.card.state)).not.toBe(initial);
    await desk.close();
    await running;
    expect(pinOf(desk.card.state)).toBe(initial);
  });

  it('is refused while the card lacks its initial PIN: nothing is released, no try spent', async () => {
    const { desk, shown } = await open(types);
    await desk.openDevice();
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    expect(shown).toEqual([]);
    expect(desk.card.tries).toEqual([8, 3]);
  });
});

describe('a device that is released for the browser', () => {
  it('is closed when another card lies in its place; that card is not touched', async () => {
    const { desk } = await open(async (desk) => {
      await desk.exchange();
      throw new CardwrightError('PASSKEY_NOT_COMPLETED');
    });
    await personalise(desk);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
    await expect(desk.client.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'DEVICE_NOT_OPEN' });
  });

  it('is closed when it was pulled; the next session replaces the temporary PIN', async () => {
    const { desk, shown } = await open((desk) => {
      desk.card.pull();
      return Promise.reject(new CardwrightError('PASSKEY_NOT_COMPLETED'));
    });
    const initial = await personalise(desk);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(pinOf(desk.card.state)).toBe(shown[0]);
    desk.card.insert();
    await desk.openDevice();
    const puk = await desk.sealed('puk', Buffer.from(desk.card.state.puk.value).toString());
    const secrets = { puk, pin: await desk.sealed('pin', initial) };
    const digest = 'A'.repeat(43);
    await desk.run([
      { method: 'credentials.restore', params: { digest, secrets } },
      { method: 'credentials.apply', params: { digest, secrets: { puk } } },
    ]);
    expect(pinOf(desk.card.state)).toBe(initial);
  });

  it('stays with the browser: a listing does not take the card, and a command waits', async () => {
    const { desk } = await open(async (desk, _asked, pin) => {
      const before = desk.card.history.length;
      await expect(desk.listed()).resolves.toMatchObject({ state: 'ready' });
      const later = desk.client.call('pin.getStatus', {}).then(() => order.push('status'));
      void later;
      const card = await takeCard(desk.readers.board, READER);
      await expect(desk.listed()).resolves.toMatchObject({ state: 'ready' });
      await card.disconnect();
      expect(desk.card.history).toHaveLength(before);
      order.push('dialog');
      return pin ?? '';
    });
    const order: string[] = [];
    await personalise(desk);
    await desk.run([shared()]);
    await desk.client.call('pin.getStatus', {});
    expect(order).toEqual(['dialog', 'status']);
  });

  it('is taken back only when another program has released it', async () => {
    let taken: Promise<{ disconnect(): Promise<void> }> | undefined;
    const { desk } = await open((desk) => {
      taken = takeCard(desk.readers.board, READER).then((card) => {
        void until(() => desk.progress.includes('waiting'), { what: 'a host that waits' }).then(() =>
          card.disconnect(),
        );
        return card;
      });
      return taken.then(() => Promise.reject(new CardwrightError('PASSKEY_NOT_COMPLETED')));
    });
    const initial = await personalise(desk);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'PASSKEY_NOT_COMPLETED' });
    expect(desk.progress).toContain('waiting');
    expect(pinOf(desk.card.state)).toBe(initial);
  });

  it('gives no proof when the host cannot reach its FIDO2 application', async () => {
    const registration = await registrationOfAnotherKey();
    bench = await Bench.open({ profile: 'yubikey', user: { createPasskey: () => Promise.resolve(registration) } });
    const [made] = await bench.run([order({ way: 'page' })]);
    expect(made).toMatchObject({ registration: { id: registration.id }, proof: null, device: { fido2: null } });
  });

  it('gives no proof of a passkey on another key', async () => {
    const registration = await registrationOfAnotherKey();
    bench = await Bench.open({ profile: 'yubikey-5.8', user: { createPasskey: () => Promise.resolve(registration) } });
    const [made] = await bench.run([order({ way: 'page' })]);
    expect(made).toMatchObject({ registration: { id: registration.id }, proof: null });
    expect(bench.card.history.some(({ ins }) => ins === INS_SELECT)).toBe(true);
  });
});

/** Registers a passkey on another key with the host of another session. */
async function registrationOfAnotherKey() {
  const other = await Bench.open({ profile: 'fido-key', pin: 'kaefer-42' });
  const one = order();
  const newFidoPin = { source: 'user' };
  const [, made] = await other.run([{ method: 'fido.setPin', params: { rules: null, secrets: { newFidoPin } } }, one]);
  await other.close();
  const { registration } = judge(one, made);
  expect(decodeBytes(registration.id).length).toBeGreaterThan(0);
  return registration;
}
