import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFault, type ProfileName, type VirtualCard } from '@cardwright/virtual-card';
import { memoryOf } from '../../support/card-secrets.js';
import type { HostProcess } from '../../support/host-process.js';
import { codeOf, FACTORY_KEY, resultOf, Scene } from './scene.js';
import { everyOrOneIn } from '../../support/thorough.js';

const FACTORY_PUK = '12345678';
const CHALLENGE = 'A'.repeat(43);
const POLICIES = { pinPolicy: 'default', touchPolicy: 'default' };
const VERIFY = 0x20;
const GET_METADATA = 0xf7;
/** Algorithms of the slots. In 9D of plain cards elliptic curve keys cannot sign. */
const ALGORITHM = { '9A': 'P-256', '9C': 'P-256', '9D': 'RSA-2048' } as const;

describe('the initial PIN that a card has verified', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  /** Opens a host with a card, and applies new credentials. */
  async function applyTo(profile: ProfileName, faults: readonly string[] = [], file = 'card') {
    const card = await scene.insert(profile, { file: `${profile}-${file}`, faults: faults.map(parseFault) });
    const { host, device } = await scene.hostWithDevice();
    const algorithm = profile === 'yubikey' ? 'AES-192' : '3DES';
    await scene.cms.prove(host, device.id, FACTORY_KEY, algorithm);
    const [prepared] = await scene.cms.run(host, device.id, [
      'credentials.prepare',
      { managementKey: null, pinLength: 8 },
    ]);
    const puk = await scene.cms.seal(host, device.id, 'puk', FACTORY_PUK);
    const params = { digest: resultOf(prepared).digest, secrets: { puk } };
    const [applied] = await scene.cms.run(host, device.id, ['credentials.apply', params]);
    expect(codeOf(applied)).toBeUndefined();
    return { card, host, device: device.id };
  }

  const makeKey = (host: HostProcess, device: string, slot: keyof typeof ALGORITHM, pinPolicy = 'default') =>
    scene.cms.run(
      host,
      device,
      ['key.generate', { slot, algorithm: ALGORITHM[slot], ...POLICIES, pinPolicy }],
      ['csr.create', { slot, commonName: 'x', challenge: CHALLENGE, secrets: { pin: { source: 'session' } } }],
    );

  /** Counts the commands with a PIN, or for its tries, after so many APDUs. */
  const pinCommandsSince = ({ log }: VirtualCard, seen: number): number =>
    log.slice(seen).filter(({ ins, p2 }) => ins === VERIFY || (ins === GET_METADATA && p2 === 0x80)).length;

  it.each(everyOrOneIn(3, ['yubikey', 'piv', 'piv-strict'] as const))(
    'is sent again only for 9C: %s',
    async (profile) => {
      const { card, host, device } = await applyTo(profile, [], 'again');
      for (const [slot, times] of [
        ['9A', 0],
        ['9C', 1],
        ['9D', 0],
      ] as const) {
        const seen = card.apduCount;
        expect((await makeKey(host, device, slot)).map(codeOf)).toEqual([undefined, undefined]);
        expect([slot, pinCommandsSince(card, seen)]).toEqual([slot, times]);
      }
    },
  );

  it('is sent again for a key whose policy is to ask each time', async () => {
    const { card, host, device } = await applyTo('yubikey', [], 'always');
    const seen = card.apduCount;
    expect((await makeKey(host, device, '9A', 'always')).map(codeOf)).toEqual([undefined, undefined]);
    // For this card the first signature still follows the PIN directly; the second does not.
    const [, second] = await makeKey(host, device, '9A', 'always');
    expect(codeOf(second)).toBeUndefined();
    expect(pinCommandsSince(card, seen)).toBe(2);
  });

  it('is sent again to a card that has forgotten it', async () => {
    const { card, host, device } = await applyTo('piv', ['status@GENERAL-AUTHENTICATE#3=6982'], 'forgotten');
    const seen = card.apduCount;
    expect((await makeKey(host, device, '9A')).map(codeOf)).toEqual([undefined, undefined]);
    expect(pinCommandsSince(card, seen)).toBe(2);
  });

  it('is not sent to another card in its place', async () => {
    const { card, host, device } = await applyTo('piv', [], 'first');
    await card.pull();
    await host.told(
      ({ method, params }) => method === 'device.changed' && JSON.stringify(params).includes('"devices":[]'),
    );
    await scene.insert('piv', { file: 'second' });
    const outcome = await makeKey(host, device, '9A').catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'CARD_REMOVED' });
    const { pin, keys } = memoryOf(scene.stateFile('second'));
    expect([pin.triesLeft, Object.keys(keys)]).toEqual([3, []]);
  });
});
