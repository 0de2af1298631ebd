import { afterEach, describe, expect, it } from '@jest/globals';
import type { UserParams } from '@cardwright/protocol';
import { Bench, READER, type BenchOptions } from '../failures/bench.js';
import { FORGOTTEN } from '../support/extension.js';
import { takesFidoPin } from './support/browser.js';
import { order, setPin } from './support/orders.js';

const PIN = 'käfer-42';
const OTHER_PIN = 'žirafa-73';
const USER = { source: 'user' } as const;
const SESSION = { source: 'session' } as const;
const RULES = { minLength: 6, forbidTrivial: true };
const DEVICE_RULES = { minLength: 4, maxLength: 8, digitsOnly: true, forbidTrivial: true };

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

type Question = UserParams<'user.enterSecrets'>;

/** Opens a key whose user types these PINs in turn, then the last one every time. Also returns what the windows asked. */
async function open(typed: readonly (string | null)[], options: BenchOptions = {}) {
  const asked: Question[] = [];
  const left = [...typed];
  const chooseFidoPin = (question: Question): string | null => {
    asked.push(question);
    return (left.length > 1 ? left.shift() : left[0]) ?? null;
  };
  bench = await Bench.open({ profile: 'fido-key-serial', ...options, user: { chooseFidoPin } });
  return { desk: bench, asked };
}

const change = (fidoPin: object, rules: object | null = RULES) => ({
  method: 'fido.changePin',
  params: { rules, secrets: { fidoPin, newFidoPin: USER } },
});
const byUser = (mayForget = false) => order({ mayForget, secrets: { fidoPin: USER } });

describe('the first FIDO PIN', () => {
  it('is asked again until it meets the rules of CMS and device', async () => {
    const { desk, asked } = await open(['777777', '🔑🔑🔑', PIN]);
    await expect(desk.run([setPin])).resolves.toMatchObject([{ device: { fido2: { pinSet: true } } }]);
    expect(asked.map(({ problem }) => problem)).toEqual([null, 'PIN_RULE_VIOLATED', 'PIN_RULE_VIOLATED']);
    expect(asked[0]).toMatchObject({ secrets: ['newFidoPin'], fidoRules: RULES, mayForget: false, retriesLeft: null });
    await desk.client.call('device.close', {});
    await expect(takesFidoPin(desk.readers.board, READER, PIN)).resolves.toBe(true);
  });

  it.each([
    ['with the rules for a PIN that suits both', { minLength: 6 }, { ...DEVICE_RULES, minLength: 6, maxLength: 8 }],
    ['with nothing of the device PIN where no PIN suits both', { minLength: 9 }, undefined],
  ])('is asked %s', async (_what, change, suitsBoth) => {
    const { desk, asked } = await open(['giraffe-73'], { profile: 'yubikey-5.8' });
    await desk.run([
      { ...setPin, params: { ...setPin.params, rules: { ...RULES, ...change }, devicePinRules: DEVICE_RULES } },
    ]);
    expect(asked.map((question) => question.suitsBoth)).toEqual([suitsBoth]);
  });

  it('is asked with nothing of the device PIN where the CMS does not order that', async () => {
    const { desk, asked } = await open([PIN], { profile: 'yubikey-5.8' });
    await desk.run([setPin]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('suitsBoth');
  });

  it('is the same in any Unicode composition', async () => {
    const { desk } = await open([PIN.normalize('NFD')]);
    await desk.run([setPin]);
    await desk.client.call('device.close', {});
    await expect(takesFidoPin(desk.readers.board, READER, PIN.normalize('NFC'))).resolves.toBe(true);
  });

  it('is not set when the window is closed', async () => {
    const { desk } = await open([null]);
    await expect(desk.run([setPin])).rejects.toMatchObject({ code: 'USER_CANCELLED' });
    expect(desk.card.state.fido?.pin).toBeUndefined();
  });

  it('cannot be set where one is set already', async () => {
    const { desk } = await open([PIN]);
    await desk.run([setPin]);
    await expect(desk.run([setPin])).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
  });
});

describe('a FIDO PIN that is set', () => {
  it('is remembered for the steps of this session while the device is open', async () => {
    const { desk, asked } = await open([PIN]);
    await desk.run([setPin]);
    await desk.run([order()]);
    expect(asked).toHaveLength(1);
    await desk.openDevice();
    await expect(desk.run([order()])).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it('is wiped when the device is pulled', async () => {
    const { desk } = await open([PIN]);
    await desk.run([setPin]);
    desk.card.pull();
    desk.card.insert();
    await desk.openDevice();
    await expect(desk.run([order()])).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it('is requested with the tries left, and remembered once the device accepted it', async () => {
    const { desk, asked } = await open([PIN, OTHER_PIN, PIN]);
    await desk.run([setPin]);
    await desk.openDevice();
    await expect(desk.run([byUser()])).rejects.toMatchObject({ code: 'FIDO_PIN_INCORRECT', data: { retriesLeft: 7 } });
    await desk.run([byUser()]);
    await desk.run([order()]);
    expect(asked.slice(1)).toMatchObject([
      { secrets: ['fidoPin'], retriesLeft: 8, mayForget: false },
      { secrets: ['fidoPin'], retriesLeft: 7 },
    ]);
  });

  it('needs a reinsertion after three wrong tries; nobody is asked before', async () => {
    const { desk, asked } = await open([PIN, OTHER_PIN]);
    await desk.run([setPin]);
    await desk.openDevice();
    const codes: unknown[] = [];
    for (let time = 0; time < 4; time += 1)
      await desk
        .run([byUser()])
        .catch((error: unknown) => codes.push(error instanceof Error && 'code' in error && error.code));
    expect(codes).toEqual(['FIDO_PIN_INCORRECT', 'FIDO_PIN_INCORRECT', 'FIDO_PIN_PAUSED', 'FIDO_PIN_PAUSED']);
    expect(asked).toHaveLength(4);
  });

  it('can be declared forgotten where the CMS offers that', async () => {
    const { desk, asked } = await open([PIN, FORGOTTEN]);
    await desk.run([setPin]);
    await desk.openDevice();
    await expect(desk.run([byUser(true)])).rejects.toMatchObject({ code: 'FIDO_PIN_FORGOTTEN' });
    expect(asked.at(-1)).toMatchObject({ mayForget: true });
  });

  it('is reported as missing where none is set', async () => {
    const { desk, asked } = await open([PIN]);
    await expect(desk.run([byUser()])).rejects.toMatchObject({ code: 'FIDO_PIN_MISSING' });
    expect(asked).toEqual([]);
  });

  it('can be changed by the user; the new one is remembered', async () => {
    const { desk } = await open([PIN, OTHER_PIN]);
    await desk.run([setPin, change(SESSION), order()]);
    await desk.client.call('device.close', {});
    await expect(takesFidoPin(desk.readers.board, READER, OTHER_PIN)).resolves.toBe(true);
  });

  it('cannot be changed to itself', async () => {
    const { desk } = await open([PIN]);
    await desk.run([setPin]);
    await expect(desk.run([change(SESSION)])).rejects.toMatchObject({
      code: 'PIN_RULE_VIOLATED',
      data: { rule: 'same' },
    });
  });

  it('must be changed first where the device demands it', async () => {
    const { desk } = await open([PIN, OTHER_PIN]);
    await desk.run([setPin]);
    const { fido } = desk.card.state;
    if (fido?.pin) fido.pinToChange = fido.pin.hash;
    const [told] = await desk.run([{ method: 'fido.getInfo', params: {} }]);
    expect(told).toMatchObject({ device: { fido2: { forcePinChange: true } }, pinRetriesLeft: 8 });
    await desk.run([change(SESSION), order()]);
    await expect(desk.run([{ method: 'fido.getInfo', params: {} }])).resolves.toMatchObject([
      { device: { fido2: { forcePinChange: false } } },
    ]);
  });

  it('can be neither used nor changed by a page without a signed step', async () => {
    const { desk } = await open([PIN, OTHER_PIN]);
    await desk.run([setPin]);
    const call = (fidoPin: typeof USER | typeof SESSION) =>
      desk.client.call('fido.changePin', { rules: null, secrets: { fidoPin, newFidoPin: USER } });
    await expect(call(SESSION)).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    await expect(call(USER)).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
  });

  it('appears in no message, log or trace of APDUs', async () => {
    const { desk } = await open([PIN, OTHER_PIN], { apdus: true });
    await desk.run([setPin, order(), change(SESSION)]);
    const told = desk.trace.join('\n');
    expect(told).toContain('"instruction":"NFCCTAP_MSG authenticatorClientPIN"');
    for (const pin of [PIN, OTHER_PIN])
      for (const encoding of ['utf8', 'hex', 'base64url'] as const)
        expect(told.toLowerCase().includes(Buffer.from(pin).toString(encoding).toLowerCase())).toBe(false);
  });
});
