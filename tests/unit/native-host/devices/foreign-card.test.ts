import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ForeignCard } from '../../../../native-host/src/devices/foreign-card.js';
import { placeIn, takeAndIdentify } from '../../../../native-host/src/devices/identified-card.js';
import { PCSC_CODE, PcscError } from '../../../../native-host/src/pcsc/binding.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import { FakeBinding, READER } from './fake-binding.js';

const OPENPGP = 'd27600012401';
const FOUND = Uint8Array.of(0x90, 0x00);
const NOT_FOUND = Uint8Array.of(0x6a, 0x82);

describe('a card that has neither PIV nor FIDO2', () => {
  let binding: FakeBinding;
  let readers: Readers;

  beforeEach(() => {
    binding = new FakeBinding();
    readers = new Readers(
      () => Promise.resolve(binding),
      () => undefined,
    );
  });
  afterEach(() => readers.close());

  /** Takes the card, whose OpenPGP application answers so. */
  const take = async (answer: () => Uint8Array) => {
    binding.answer = (apdu) => (Buffer.from(apdu).toString('hex').includes(OPENPGP) ? answer() : NOT_FOUND);
    return takeAndIdentify(readers, await placeIn(readers, READER), { patience: 0 });
  };

  it('is recognised by another application', async () => {
    const cause = new ForeignCard('OpenPGP card');
    await expect(take(() => FOUND)).rejects.toMatchObject({ code: 'NO_APPLICATION', cause });
    expect(binding.events).toEqual(['connect', 'reset']);
  });

  it('is not recognised if an answer cannot be read', async () => {
    const error: unknown = await take(() => Uint8Array.of(0x90)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NO_APPLICATION' });
    expect(error).not.toHaveProperty('cause');
    expect(binding.events).toEqual(['connect', 'reset']);
  });

  it('is removed, not foreign, if it is pulled before it is recognised', async () => {
    const pulled = take(() => {
      binding.status(2, false);
      throw new PcscError(PCSC_CODE.REMOVED_CARD, 'The card has been removed.');
    });
    await expect(pulled).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(binding.events).toEqual(['connect', 'reset']);
  });

  it('is released even if a defect ends its recognition', async () => {
    const broken = take(() => {
      throw new RangeError('a defect');
    });
    await expect(broken).rejects.toThrow('a defect');
    expect(binding.events).toEqual(['connect', 'reset']);
  });
});
