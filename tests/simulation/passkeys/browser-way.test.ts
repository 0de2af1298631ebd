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

/** What the user and the browser do while the device is theirs. */
type Dialog = (desk: Bench, asked: UserParams<'user.createPasskey'>, pin: string | null) => Promise<string>;

/** PINs that the card had, as the silicon has them. */
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

/** Writes new credentials to the card, so that it has its initial PIN. */
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

  it('is made with a PIN that is not the one of the escrow, and that works no more: neither for PIV nor for FIDO', async () => {
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

  it('is another one each time', async () => {
    const { desk, shown } = await open(closes);
    await personalise(desk);
    for (let time = 0; time < 3; time += 1) await desk.run([shared()]).catch(() => undefined);
    expect(new Set(shown).size).toBe(3);
  });

  it('lets the initial PIN be used afterwards as if nothing had happened', async () => {
    const { desk } = await open(types);
    await personalise(desk);
    await desk.run([shared()]);
    const rules = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
    const secrets = { pin: { source: 'session' }, newPin: { source: 'user' } };
    await desk.run([{ method: 'pin.change', params: { rules, secrets } }]);
    expect(pinOf(desk.card.state)).toBe('739154');
    expect(desk.card.tries).toEqual([8, 3]);
  });

  it('shows neither PIN in the log, in a message or in the trace of APDUs', async () => {
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
  ])(
    'is not made when %s: the initial PIN is back, with all its tries, and the device is open',
    async (_, dialog, code) => {
      const { desk } = await open(dialog);
      const initial = await personalise(desk);
      await expect(desk.run([shared()])).rejects.toMatchObject({ code });
      expect(pinOf(desk.card.state)).toBe(initial);
      expect(desk.card.tries).toEqual([8, 3]);
      await desk.run([{ method: 'pin.verify', params: { secrets: { pin: { source: 'session' } } } }]);
    },
  );

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

  it('is put back before a host ends whose page is gone in the middle', async () => {
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

  it('is not on the card when its initial PIN is not: nothing is released, and no try is spent', async () => {
    const { desk, shown } = await open(types);
    await desk.openDevice();
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    expect(shown).toEqual([]);
    expect(desk.card.tries).toEqual([8, 3]);
  });
});

describe('a device that is released for the browser', () => {
  it('is no longer open when another card lies in its place, which is not touched', async () => {
    const { desk } = await open(async (desk) => {
      await desk.exchange();
      throw new CardwrightError('PASSKEY_NOT_COMPLETED');
    });
    await personalise(desk);
    await expect(desk.run([shared()])).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
    await expect(desk.client.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'DEVICE_NOT_OPEN' });
  });

  it('is no longer open when it was pulled; the next session replaces the PIN that was shown', async () => {
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

  it('is used by nobody else of this host: a listing takes no card from the browser, and a command waits', async () => {
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

  it('is waited for while another program still has it', async () => {
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

  it('gives no proof where this host does not reach its FIDO2 application', async () => {
    const registration = await registrationOfAnotherKey();
    bench = await Bench.open({ profile: 'yubikey', user: { createPasskey: () => Promise.resolve(registration) } });
    const [made] = await bench.run([order({ way: 'page' })]);
    expect(made).toMatchObject({ registration: { id: registration.id }, proof: null, device: { fido2: null } });
  });

  it('gives no proof of a passkey that is on another key', async () => {
    const registration = await registrationOfAnotherKey();
    bench = await Bench.open({ profile: 'yubikey-5.8', user: { createPasskey: () => Promise.resolve(registration) } });
    const [made] = await bench.run([order({ way: 'page' })]);
    expect(made).toMatchObject({ registration: { id: registration.id }, proof: null });
    expect(bench.card.history.some(({ ins }) => ins === INS_SELECT)).toBe(true);
  });
});

/** A passkey that the host of another session made on another key. */
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
