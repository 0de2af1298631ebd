import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { personOf } from '../support/engine/people.js';
import { runCase } from './support/fault-case.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { passkeyMoments } from './support/passkey-moments.js';
import { findFidoLeftovers } from './support/passkey-soundness.js';
import type { SimulatedRelyingParty } from './support/relying-party.js';
import { findFlaws, findHaste, findLosses } from './support/soundness.js';
import { StartingPoints } from './support/starting-points.js';
import { Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

const TRIES = [3, 3];

/** The fault sweep's verdict on a device with a passkey after one thing about it was spoilt. */
describe.each(everyOrOneIn(2, ['yubikey-5.8', 'fido-key-serial']))(
  'the judge of the fault sweep, on a %s',
  (profile) => {
    let cms: MemoryCms;
    let workplace: Workplace;
    beforeAll(async () => {
      cms = await MemoryCms.open({ algorithm: 'P-256', passkeys: true });
    });
    afterAll(() => cms.close());

    beforeEach(async () => {
      await cms.clear();
      workplace = await Workplace.open({ cms, profile, keys: new KeyPool().source() });
      await workplace.session('issue');
    });

    const relyingParty = (): SimulatedRelyingParty => {
      if (!cms.relyingParty) throw new Error('there is no relying party');
      return cms.relyingParty;
    };
    const passkey = (): string => [...relyingParty().registered.keys()].join();
    const fido = () => {
      const { fido: memory } = workplace.card.state;
      if (!memory) throw new Error('there is no FIDO2 application');
      return memory;
    };
    const verdict = async () => [
      await findLosses(workplace),
      await findFlaws(workplace, TRIES),
      await findHaste(workplace),
    ];

    it('finds nothing wrong with a device that was issued', async () => {
      expect(await verdict()).toEqual([[], [], []]);
    });

    it.each([
      ['has lost', () => void (fido().credentials = [])],
      [
        'can no longer use',
        () => void (fido().credentials = fido().credentials.map((one) => ({ ...one, secret: Buffer.alloc(32, 1) }))),
      ],
    ])('sees a passkey that the device %s', async (_what, spoil) => {
      spoil();
      const flaw = ['its passkey does not log in'];
      expect(await verdict()).toEqual([[], flaw, flaw]);
    });

    it('sees a passkey that is not registered', async () => {
      await relyingParty().remove(personOf('alice'), passkey());
      const flaw = ['its passkey is not registered'];
      expect(await verdict()).toEqual([[], flaw, flaw]);
    });

    it('sees a passkey that is registered, and of which nobody knows', async () => {
      const restore = relyingParty().save();
      await cms.clear();
      restore();
      expect(await findLosses(workplace)).toContain('a passkey is registered that the CMS knows nothing of');
    });

    it('sees a passkey that stays registered although its device was released', async () => {
      const [device] = await cms.devices();
      await cms.release(device?.id ?? '');
      const restore = relyingParty().save();
      await workplace.session('issue');
      await cms.removeDuePasskeys();
      expect(await findFlaws(workplace, TRIES)).toEqual([]);
      const [own] = relyingParty().registered;
      restore();
      expect(own?.[0]).not.toBe(passkey());
      expect(await findFlaws(workplace, TRIES)).toContain('a passkey stays registered that no active device has');
    });

    it('sees a FIDO PIN that nobody knows, and what a reset would have erased', async () => {
      fido().pin = { hash: Buffer.alloc(16, 1), codePoints: 6 };
      expect(await findLosses(workplace)).toEqual(['nobody knows its FIDO PIN']);
      expect(findFidoLeftovers(workplace)).toEqual(['it still has a FIDO PIN', 'it still has a passkey']);
    });
  },
);

describe('an operation with a passkey', () => {
  const points = new StartingPoints();
  afterAll(() => points.close());

  it('is disturbed at its CTAP messages, and where it issues the device at what follows the last', () => {
    const instructions = [0xa4, 0xcb, 0xc0, 0xa4, 0x10, 0xc0, 0xa4, 0x20, 0xa4, 0x10, 0x11, 0xc0, 0xa4, 0x24];
    const apdus = instructions.map((ins, index) => ({ number: index + 1, ins, p1: 0, p2: 0, statusWord: 0x9000 }));
    const ofMessages = [4, 5, 6, 9, 10, 11, 12];
    expect(passkeyMoments(apdus, false)).toEqual(ofMessages);
    expect(passkeyMoments(apdus, true)).toEqual([...ofMessages, 13, 14]);
  });

  it('is disturbed also after its user has inserted the device again', async () => {
    const subject = { operation: 'erase-passkey', profile: 'yubikey-5.8' } as const;
    // The last CTAP message comes after the reset.
    const apdu = (await (await points.of(subject)).moments()).at(-1) ?? 0;
    const one = { ...subject, faults: [{ fault: 'pull', apdu }] } as const;
    expect(await runCase(points, one)).toMatchObject({ outcome: 'resumed', unmet: [], problems: [] });
  });
});
