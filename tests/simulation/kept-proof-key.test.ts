import { afterEach, describe, expect, it } from '@jest/globals';
import type { CardState } from '@cardwright/virtual-card';
import { Bench, type BenchOptions } from './failures/bench.js';

/** Attacks: `key.prove` replaces no key on which something that was issued can depend, and asks a blank card for none. */

const NAMES: Readonly<Record<number, string>> = { 0x47: 'GENERATE', 0xf9: 'ATTEST' };
const CHUID = 0x5fc102;
const CERTIFICATE_9A = 0x5fc105;
const CERTIFICATE_9E = 0x5fc101;
/** A CHUID that has a GUID alone. */
const GUID = `3410${'ab'.repeat(16)}`;
const ORDER = { slot: '9E', algorithm: 'P-256', pinPolicy: 'never', touchPolicy: 'never', challenge: 'A'.repeat(43) };

/** A certificate object whose content nobody reads here. */
const CERTIFICATE = Buffer.from('700130710100fe00', 'hex');
const OWN_KEY = Buffer.alloc(24, 7);

let benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches) await bench.close();
  benches = [];
});

async function open(options: BenchOptions = {}): Promise<Bench> {
  const bench = await Bench.open({ profile: 'yubikey', ...options });
  benches.push(bench);
  return bench;
}

/** Has the key of 9E prove the card. @returns whether it was made for that, and the APDUs that make and attest keys */
async function prove(bench: Bench) {
  const before = bench.card.history.length;
  const [result] = await bench.run([{ method: 'key.prove', params: ORDER }]);
  const sent = bench.card.history.slice(before).flatMap(({ ins }) => NAMES[ins] ?? []);
  return { publicKey: result?.publicKey, made: result?.made, sent };
}

/** Has a blank card prove itself, and opens it in another session after its memory was changed. The management key is not authenticated there. */
async function opensAgain(change: (state: CardState) => void) {
  const first = await authenticated(await open());
  const { publicKey } = await prove(first);
  const { state } = first.card;
  change(state);
  return { publicKey, bench: await open({ prepare: (blank) => void Object.assign(blank, state) }) };
}

async function authenticated(bench: Bench): Promise<Bench> {
  await bench.proveManagementKey('AES-192');
  return bench;
}

const KEPT = { made: false, sent: ['ATTEST'] };

describe('the key of 9E', () => {
  it('is made on a blank card, which is not asked for one before', async () => {
    const bench = await authenticated(await open());
    expect(await prove(bench)).toMatchObject({ made: true, sent: ['GENERATE', 'ATTEST'] });
  });

  it.each<[string, (state: CardState) => void]>([
    [
      'a certificate there, and the key from the factory',
      ({ objects }) => void objects.set(CERTIFICATE_9E, CERTIFICATE),
    ],
    [
      'a GUID there, as after an issuance that broke off',
      ({ objects }) => void objects.set(CHUID, Buffer.from(GUID, 'hex')),
    ],
    ['a certificate in another slot', ({ objects }) => void objects.set(CERTIFICATE_9A, CERTIFICATE)],
    ['a management key of its own, and no certificate', ({ managementKey }) => void (managementKey.key = OWN_KEY)],
    [
      'both',
      ({ objects, managementKey }) => {
        objects.set(CERTIFICATE_9E, CERTIFICATE);
        managementKey.key = OWN_KEY;
      },
    ],
  ])('is kept on a card that has %s', async (_what, change) => {
    const { publicKey, bench } = await opensAgain(change);
    expect(await prove(bench)).toEqual({ publicKey, ...KEPT });
  });

  it('is kept in the session that made it, whatever was written since', async () => {
    const bench = await authenticated(await open());
    const { publicKey } = await prove(bench);
    expect(await prove(bench)).toEqual({ publicKey, ...KEPT });
  });

  it('is kept on a card that another program had meanwhile, which wrote a certificate', async () => {
    const bench = await authenticated(await open());
    const { publicKey } = await prove(bench);
    bench.card.state.objects.set(CERTIFICATE_9E, CERTIFICATE);
    await bench.openDevice();
    expect(await prove(bench)).toEqual({ publicKey, ...KEPT });
  });
});
