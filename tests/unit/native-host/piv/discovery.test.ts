import { describe, expect, it } from '@jest/globals';
import { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';

/** A plain PIV card with this Discovery Object. */
class Card {
  constructor(private readonly discovery: string) {}

  transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const [, instruction] = apdu;
    const answers: Readonly<Record<number, string>> = { 0xa4: '61009000', 0xfd: '6d00', 0xcb: this.discovery };
    return Promise.resolve(Uint8Array.from(Buffer.from(answers[instruction ?? 0] ?? '6f00', 'hex')));
  }
}

const AID = '4f0ba000000308000010000100';
const discoveryOf = async (object: string) =>
  (await PivSession.select(new Card(object), { extendedLength: false, announced: false })).objects.readDiscovery();

describe('the Discovery Object', () => {
  it.each([
    ['the PIV PIN alone', '4000', { acceptsGlobalPin: false, acceptsOnCardBiometric: false, primaryPin: 'piv' }],
    ['both PINs, PIV first', '6010', { acceptsGlobalPin: true, acceptsOnCardBiometric: false, primaryPin: 'piv' }],
    [
      'both PINs, global first',
      '6020',
      { acceptsGlobalPin: true, acceptsOnCardBiometric: false, primaryPin: 'global' },
    ],
    ['a finger as well', '5000', { acceptsGlobalPin: false, acceptsOnCardBiometric: true, primaryPin: 'piv' }],
  ])('says that a card accepts %s', async (_, policy, expected) => {
    await expect(discoveryOf(`7e12${AID}5f2f02${policy}9000`)).resolves.toEqual(expected);
  });

  it.each([
    ['absent', '6a82'],
    ['not one', '53009000'],
    ['without a policy', `7e0d${AID}9000`],
  ])('is null when it is %s', async (_, answer) => {
    await expect(discoveryOf(answer)).resolves.toBeNull();
  });
});
