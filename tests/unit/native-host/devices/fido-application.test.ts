import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { PCSC_CODE, PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, INS_GET_DATA, INS_GET_VERSION, INS_SELECT, INS_VERIFY, plainCard } from './fake-binding.js';

const FIDO_AID = Buffer.from('A0000006472F0001', 'hex');
const INS_MSG = 0x10;
/** A return code that has no meaning here. */
const UNKNOWN_CODE = 0x8010_00ff;

const isFidoSelect = (apdu: Uint8Array): boolean => apdu[1] === INS_SELECT && Buffer.from(apdu).includes(FIDO_AID);
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

function fail(code: number): never {
  throw new PcscError(code, 'as the test wants it');
}

describe('a FIDO2 application', () => {
  let binding: FakeBinding;
  let inventory: Inventory;
  const troubles: unknown[] = [];
  let received: string[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    binding = new FakeBinding();
    received = [];
    troubles.length = 0;
    const readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
    inventory = new Inventory(readers, (error) => troubles.push(error));
  });
  afterEach(() => void jest.useRealTimers());

  /** Lists a plain PIV card whose FIDO2 application answers so. */
  async function listed(answer: (apdu: Uint8Array) => Uint8Array | undefined) {
    binding.answer = (apdu) => {
      received.push(Buffer.from(apdu).toString('hex'));
      return answer(apdu) ?? plainCard(apdu);
    };
    const listing = inventory.list();
    await jest.advanceTimersByTimeAsync(5_000);
    const [device] = (await listing).devices;
    return device;
  }

  it.each<[string, (apdu: Uint8Array) => Uint8Array | undefined]>([
    ['refuses its selection for want of a reason', (apdu) => (isFidoSelect(apdu) ? hex('6F00') : undefined)],
    ['knows CTAP1 alone', (apdu) => (apdu[1] === INS_MSG ? hex('6D00') : undefined)],
    ['refuses to say what it is', (apdu) => (apdu[1] === INS_MSG ? hex('7F9000') : undefined)],
    ['says what is no CBOR', (apdu) => (apdu[1] === INS_MSG ? hex('00FFFFFF9000') : undefined)],
    ['answers without a status word', (apdu) => (apdu[1] === INS_MSG ? hex('90') : undefined)],
    ['is still at work for ever', (apdu) => (apdu[1] === INS_MSG || apdu[1] === 0x11 ? hex('019100') : undefined)],
    ['is kept for administrators by Windows', (apdu) => (isFidoSelect(apdu) ? fail(PCSC_CODE.NO_ACCESS) : undefined)],
    ['brings its reader out of step', (apdu) => (isFidoSelect(apdu) ? fail(UNKNOWN_CODE) : undefined)],
    ['is mute, as its reader says', (apdu) => (apdu[1] === INS_MSG ? fail(PCSC_CODE.TIMEOUT) : undefined)],
    [
      'makes its driver say that the card is gone',
      (apdu) => (isFidoSelect(apdu) ? fail(PCSC_CODE.NOT_TRANSACTED) : undefined),
    ],
  ])('leaves PIV usable when it %s', async (_, answer) => {
    await expect(listed(answer)).resolves.toMatchObject({ state: 'ready', applications: ['piv'], fido2: null });
    expect(troubles).toEqual([]);
  });

  it('is selected before PIV, which stays selected, and costs a card without it one APDU', async () => {
    await listed((apdu) => (isFidoSelect(apdu) ? hex('6A82') : undefined));
    const [first, ...others] = received.map((apdu) => Number.parseInt(apdu.slice(2, 4), 16));
    expect(first).toBe(INS_SELECT);
    expect(others).toEqual([INS_SELECT, INS_GET_VERSION, INS_VERIFY, ...Array<number>(5).fill(INS_GET_DATA)]);
  });
});
