import { afterEach, describe, expect, it } from '@jest/globals';
import type { CardState, ProfileName } from '@cardwright/virtual-card';
import { Bench, type BenchOptions } from '../failures/bench.js';
import { order, setPin } from './support/orders.js';

const PIN = 'kaefer-42';
const WRONG_PIN = 'giraffe-73';
const BLOCKED = { outcome: 'failed', code: 'FIDO_PIN_BLOCKED' };

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function open(profile: ProfileName, options: BenchOptions = {}): Promise<Bench> {
  const typed = [PIN, WRONG_PIN];
  const chooseFidoPin = (): string => (typed.length > 1 ? typed.shift() : typed[0]) ?? PIN;
  bench = await Bench.open({ profile, ...options, user: { chooseFidoPin } });
  return bench;
}

/** Opens a device whose FIDO PIN is set, and releases it. */
async function openWithPin(
  profile: ProfileName,
  change: (fido: NonNullable<CardState['fido']>) => void = () => undefined,
) {
  const desk = await open(profile);
  await desk.run([setPin]);
  await desk.client.call('device.close', {});
  if (desk.card.state.fido) change(desk.card.state.fido);
  return desk;
}

async function checksOf({ client }: Bench, id: string) {
  const { checks } = await client.call('diagnostics.run', {});
  return checks.filter((check) => check.id === id);
}

describe('a card that answers SELECT as cards for mobile networks do', () => {
  it('has no application for its user, and for the checks', async () => {
    const desk = await open('gsm-select');
    await expect(desk.listed()).resolves.toMatchObject({ state: 'no-application' });
    await expect(checksOf(desk, 'device')).resolves.toMatchObject([{ outcome: 'failed', code: 'NO_APPLICATION' }]);
  });

  it('is usable where FIDO2 is there, and only PIV is missing', async () => {
    const desk = await open('fido-key-odd');
    await expect(desk.listed()).resolves.toMatchObject({ state: 'ready', applications: ['fido2'] });
  });
});

describe('the check of a FIDO PIN', () => {
  it.each<ProfileName>(['yubikey-5.8', 'fido-key', 'piv-fido'])(
    'says of a new %s that none is set',
    async (profile) => {
      await expect(checksOf(await open(profile), 'fido-pin')).resolves.toEqual([
        {
          id: 'fido-pin',
          outcome: 'passed',
          code: null,
          detail: expect.stringMatching(/: not set, at least 4 characters/),
        },
      ]);
    },
  );

  it.each<ProfileName>(['yubikey-5.8', 'fido-key-serial'])(
    'says how many attempts a %s has left, and spends none',
    async (profile) => {
      const desk = await openWithPin(profile, (fido) => (fido.pinTriesLeft = 5));
      const before = structuredClone(desk.card.state);
      await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([
        {
          outcome: 'passed',
          detail: expect.stringMatching(/: set, 5 attempts left, at least 4 characters, room for \d+ more passkeys$/),
        },
      ]);
      expect(desk.card.state).toEqual(before);
    },
  );

  it('says that it is blocked, while the PIN of PIV is not', async () => {
    const desk = await openWithPin('yubikey-5.8', (fido) => (fido.pinTriesLeft = 0));
    await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([BLOCKED]);
    await expect(checksOf(desk, 'pin')).resolves.toMatchObject([{ outcome: 'passed' }]);
  });

  it('says that it is blocked on a key without PIV, which has no PIN and PUK to check', async () => {
    const desk = await openWithPin('fido-key', (fido) => (fido.pinTriesLeft = 0));
    await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([BLOCKED]);
    await expect(checksOf(desk, 'pin')).resolves.toEqual([]);
    await expect(checksOf(desk, 'puk')).resolves.toEqual([]);
  });

  it('says that the key has to be removed and inserted, after three wrong PINs in a row', async () => {
    const desk = await open('fido-key-serial');
    await desk.run([setPin]);
    await desk.openDevice();
    const byUser = order({ mayForget: true, secrets: { fidoPin: { source: 'user' } } });
    for (let time = 0; time < 3; time += 1) await desk.run([byUser]).catch(() => undefined);
    await desk.client.call('device.close', {});
    await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([
      { outcome: 'failed', code: 'FIDO_PIN_PAUSED', detail: expect.stringContaining('5 attempts left') },
    ]);
  });

  it('is asked once for a page that asks without end, so that other programs can use the device', async () => {
    const desk = await openWithPin('yubikey-5.8');
    const first = await checksOf(desk, 'fido-pin');
    const sent = desk.card.history.length;
    await expect(checksOf(desk, 'fido-pin')).resolves.toEqual(first);
    expect(desk.card.history).toHaveLength(sent);
    await desk.openDevice();
    await desk.client.call('device.close', {});
    if (desk.card.state.fido) desk.card.state.fido.pinTriesLeft = 3;
    await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([
      { detail: expect.stringContaining('3 attempts') },
    ]);
  });

  it('does not disturb a page that uses the device', async () => {
    const desk = await open('yubikey-5.8');
    await desk.run([setPin]);
    await expect(checksOf(desk, 'fido-pin')).resolves.toMatchObject([
      { outcome: 'skipped', detail: expect.stringContaining('while a page uses the device') },
    ]);
    await expect(desk.run([{ method: 'pin.getStatus', params: {} }])).resolves.toBeDefined();
  });

  it('says why the FIDO2 application of an older YubiKey is not reached', async () => {
    await expect(checksOf(await open('yubikey'), 'fido-pin')).resolves.toMatchObject([
      { outcome: 'skipped', detail: expect.stringContaining('USB HID') },
    ]);
  });

  it('is of no concern to a card without FIDO2', async () => {
    await expect(checksOf(await open('piv'), 'fido-pin')).resolves.toEqual([]);
  });
});

describe('the check of the applications', () => {
  it.each<[ProfileName, RegExp]>([
    ['yubikey-5.8', /: PIV, no certificates, management key AES-192, the factory's, FIDO2 \(.*FIDO_2_1.*\)$/],
    ['piv', /: PIV, no certificates, the card does not report its management key$/],
    ['fido-key', /: FIDO2 \(.*FIDO_2_1.*\)$/],
  ])('names those of a %s', async (profile, words) => {
    await expect(checksOf(await open(profile), 'application')).resolves.toMatchObject([
      { outcome: 'passed', detail: expect.stringMatching(words) },
    ]);
  });
});

describe('the check of a card of another kind', () => {
  it('says what it is and that it cannot be issued', async () => {
    const desk = await open('gids');
    await expect(desk.listed()).resolves.toMatchObject({ state: 'no-application', modelName: 'GIDS smart card' });
    await expect(checksOf(desk, 'device')).resolves.toMatchObject([
      { code: 'NO_APPLICATION', detail: expect.stringMatching(/^GIDS smart card, .*, so it cannot be issued$/) },
    ]);
    await expect(desk.openDevice()).rejects.toMatchObject({ code: 'NO_APPLICATION' });
  });

  it('names no kind where none is recognised', async () => {
    await expect(checksOf(await open('no-piv'), 'device')).resolves.toMatchObject([
      { code: 'NO_APPLICATION', detail: expect.stringMatching(/^Unknown card, /) },
    ]);
  });
});
