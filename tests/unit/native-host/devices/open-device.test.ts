import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PreparedCredentials } from '../../../../native-host/src/devices/escrow.js';
import { placeIn } from '../../../../native-host/src/devices/identified-card.js';
import { OpenDevice } from '../../../../native-host/src/devices/open-device.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, numbered, plainCard, READER } from './fake-binding.js';

const PIN = Buffer.from('739154');
const FIDO_PIN = Buffer.from('816273');
const OPTIONS = { patience: 0 };

let binding: FakeBinding;
let readers: Readers;

beforeEach(() => {
  binding = new FakeBinding();
  readers = new Readers(
    () => Promise.resolve(binding),
    () => undefined,
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await readers.close();
});

async function open(card = numbered('00bc614e')): Promise<OpenDevice> {
  binding.answer = card;
  return OpenDevice.open(readers, await placeIn(readers, READER), `reader:${READER}`, OPTIONS);
}

const { credentials } = await PreparedCredentials.prepare({
  managementKey: null,
  pinLength: null,
  seal: () => Promise.resolve(''),
});

/** Lets a device remember everything that it can, and returns what is left of that, and how often the credentials were forgotten. */
function fill(device: OpenDevice) {
  let forgotten = 0;
  device.rememberPin(PIN);
  device.rememberFidoPin(FIDO_PIN);
  device.prepared = credentials;
  jest.spyOn(credentials, 'forget').mockImplementation(() => void (forgotten += 1));
  const kept = [device.remembered('pin'), device.remembered('fidoPin')];
  expect(kept.map((secret) => secret?.some((byte) => byte !== 0))).toEqual([true, true]);
  return () => ({
    remembered: [device.remembered('pin'), device.remembered('fidoPin'), device.prepared],
    isZeroed: kept.every((secret) => secret?.every((byte) => byte === 0)),
    forgotten,
  });
}

const NOTHING = { remembered: [undefined, undefined, undefined], isZeroed: true, forgotten: 1 };

describe('the secrets of a session', () => {
  it('are overwritten when its device is closed', async () => {
    const device = await open();
    const left = fill(device);
    await device.close();
    expect(left()).toEqual(NOTHING);
  });

  it('are overwritten before the device is erased, even if that fails', async () => {
    const device = await open();
    const left = fill(device);
    await expect(device.erase()).rejects.toThrow();
    expect(left()).toEqual(NOTHING);
  });
});

describe('the consent to an erasure', () => {
  it('is for one operation, and for FIDO2 only if that was said', async () => {
    const device = await open();
    const agreed = (operation: string | null) => [device.mayBeErasedBy(operation), device.mayLoseFidoBy(operation)];
    expect(agreed('one')).toEqual([false, false]);
    device.allowErasure('one', false);
    expect([agreed('one'), agreed('two'), agreed(null)]).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
    device.allowErasure('two', true);
    expect([agreed('one'), agreed('two')]).toEqual([
      [false, false],
      [true, true],
    ]);
    device.allowErasure(null, false);
    expect([agreed('two'), agreed(null)]).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it('is used up by one erasure, even if that fails', async () => {
    const device = await open();
    device.allowErasure('one', true);
    await expect(device.erase()).rejects.toThrow();
    expect(device.mayBeErasedBy('one')).toBe(false);
  });

  it.each([
    ['with a serial number stays', numbered('00bc614e'), true],
    ['that nothing names does not', plainCard, false],
  ])('for a card %s once it was removed and inserted again', async (_what, card, stays) => {
    const device = await open(card);
    device.allowErasure('one', true);
    await device.release();
    binding.status(2, false);
    binding.status(3, true);
    await device.takeBack(readers, await placeIn(readers, READER), OPTIONS, true);
    expect([device.mayBeErasedBy('one'), device.mayLoseFidoBy('one')]).toEqual([stays, stays]);
  });
});
