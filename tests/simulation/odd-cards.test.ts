// Alone proves: a pull at each secret loses no card with a PIN history, and no card without room is changed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault, ProfileName } from '@cardwright/virtual-card';
import { CardCopy } from './support/card-copy.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findLosses } from './support/soundness.js';
import { FIRST_PIN, Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

const OTHER_PIN = '862713';
const TRIES = [3, 3];
const pool = new KeyPool();

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());
beforeEach(() => cms.clear());

const blank = (profile: ProfileName): Promise<Workplace> => Workplace.open({ cms, profile, keys: pool.source() });

async function issued(profile: ProfileName): Promise<Workplace> {
  const workplace = await blank(profile);
  await expectDone(workplace, 'issue');
  return workplace;
}

/** Opens a workplace with the card of another one, whose user wants another PIN. */
const withOtherPin = ({ card }: Workplace): Promise<Workplace> =>
  Workplace.open({ cms, state: card.state, keys: pool.source(), pin: OTHER_PIN, formerPin: FIRST_PIN });

type Kind = Parameters<Workplace['session']>[0];

async function expectDone(workplace: Workplace, kind: Kind): Promise<void> {
  workplace.card.insert();
  expect(await workplace.session(kind)).toMatchObject({ kind: 'answered', answer: { state: 'done' } });
}

async function breakOff(workplace: Workplace, kind: Kind, fault: Fault): Promise<void> {
  expect(await workplace.session(kind, { faults: [fault] })).toMatchObject({ kind: 'error' });
  expect(await findLosses(workplace)).toEqual([]);
}

const pulledAfter = (instruction: 'RESET-RETRY-COUNTER' | 'CHANGE-REFERENCE-DATA' | 'VERIFY', nth = 1): Fault => ({
  kind: 'pull-after',
  at: { instruction, nth },
});

/** The operation that was interrupted, and how. */
type Interruption = readonly [what: string, fault: Fault];

async function expectSound(workplace: Workplace): Promise<void> {
  expect(await findLosses(workplace)).toEqual([]);
  expect(await findFlaws(workplace, TRIES)).toEqual([]);
}

describe('a card with a PIN history', () => {
  it.each(
    everyOrOneIn<Interruption>(3, [
      ['its initial PIN was set', pulledAfter('RESET-RETRY-COUNTER')],
      ['its initial PIN was verified', pulledAfter('VERIFY')],
      ["its user's PIN was set", pulledAfter('CHANGE-REFERENCE-DATA', 2)],
    ]),
  )('is issued after a pull when %s', async (_what, fault) => {
    const workplace = await blank('piv-history');
    await breakOff(workplace, 'issue', fault);
    await expectDone(workplace, 'issue');
    await expectSound(workplace);
  });

  it('is issued after a pull and a wrong PIN that another program entered', async () => {
    const workplace = await blank('piv-history');
    await breakOff(workplace, 'issue', pulledAfter('VERIFY'));
    workplace.card.state.pin.triesLeft = 2;
    await expectDone(workplace, 'issue');
    await expectSound(workplace);
  });

  it('is given back, issued again to its owner, and given back once more', async () => {
    const workplace = await issued('piv-history');
    const { state } = workplace.card;
    for (const again of [true, false]) {
      await expectDone(workplace, 'erase');
      const copy = CardCopy.of(state);
      expect([await copy.acceptsPin('123456'), await copy.acceptsPuk('12345678')]).toEqual([true, true]);
      if (again) await expectDone(workplace, 'issue');
    }
  });

  it.each(
    everyOrOneIn<Interruption>(2, [
      ['the PUK', pulledAfter('CHANGE-REFERENCE-DATA')],
      ['the PIN', pulledAfter('RESET-RETRY-COUNTER')],
    ]),
  )('is given back after a pull when %s of its factory was set', async (_what, fault) => {
    const workplace = await issued('piv-history');
    await breakOff(workplace, 'erase', fault);
    await expectDone(workplace, 'erase');
    expect(await CardCopy.of(workplace.card.state).acceptsPin('123456')).toBe(true);
  });

  it('asks again for a PIN that it had before, with the reason, and takes the next', async () => {
    const { card } = await issued('piv-history');
    const workplace = await Workplace.open({ cms, state: card.state, keys: pool.source() });
    const problems: (string | null)[] = [];
    const { user } = workplace;
    workplace.user = {
      ...user,
      choosePin: (secret, question) => {
        problems.push(question.problem);
        return user.choosePin(secret, question);
      },
    };
    // The card has this PIN, and so it is the one that its user wants.
    await expectDone(workplace, 'unlock');
    expect(problems).toEqual([null]);
    await expectDone(await withOtherPin(workplace), 'unlock');
    await expectDone(workplace, 'unlock');
    expect(problems).toEqual([null, null, 'PIN_REFUSED_BY_DEVICE']);
    expect(workplace.pin).not.toBe(FIRST_PIN);
    await expectSound(workplace);
  });

  it('is unlocked after an unlock that was pulled when the PIN was set', async () => {
    const workplace = await withOtherPin(await issued('piv-history'));
    await breakOff(workplace, 'unlock', pulledAfter('RESET-RETRY-COUNTER'));
    await expectDone(workplace, 'unlock');
    expect(workplace.pin).toBe(OTHER_PIN);
    await expectSound(workplace);
  });
});

describe('a card that answers 9000 to every change of its PUK, and keeps it', () => {
  const lies = { faults: [{ kind: 'keep-puk', at: 1 }] } as const satisfies Parameters<Workplace['session']>[1];
  const replacements = async (): Promise<number> =>
    (await cms.audit()).filter((event) => event === 'puk.replaced').length;

  it.each(everyOrOneIn(2, ['piv', 'piv-history', 'yubikey']))(
    'is found out by an unlock, which can be repeated once it no longer lies: %s',
    async (profile) => {
      const workplace = await withOtherPin(await issued(profile));
      const { state } = workplace.card;
      const before = state.puk.value.toString('hex');
      const end = await workplace.session('unlock', lies);
      expect(end).toMatchObject({ kind: 'error', error: { code: 'CARD_ERROR' } });
      expect([await replacements(), state.puk.value.toString('hex') === before]).toEqual([0, true]);
      expect(await findLosses(workplace)).toEqual([]);
      await expectDone(workplace, 'unlock');
      expect([await replacements(), state.puk.value.toString('hex') === before]).toEqual([1, false]);
      await expectSound(workplace);
    },
  );

  it('never loses its last try of the PUK, however often it lies', async () => {
    const workplace = await withOtherPin(await issued('piv'));
    for (let session = 0; session < 4; session += 1) {
      workplace.card.insert();
      await workplace.session('unlock', lies);
    }
    expect([await replacements(), workplace.card.fewestTries]).toEqual([0, 2]);
    await expectDone(workplace, 'unlock');
    await expectSound(workplace);
  });

  it('takes as many APDUs as before: the PIN proves the PUK, and not the PUK itself', async () => {
    const workplace = await withOtherPin(await issued('piv'));
    await expectDone(workplace, 'unlock');
    const { history, arrived } = workplace.card;
    const sent = history.slice(-arrived).filter(({ ins }) => [0x24, 0x2c].includes(ins));
    expect(sent.map(({ ins }) => ins)).toEqual([0x2c, 0x24, 0x2c]);
  });

  it('keeps its tries if it lied once, in a session that continued another one', async () => {
    const workplace = await blank('piv');
    const at = { instruction: 'CHANGE-REFERENCE-DATA', nth: 1 } as const;
    await breakOff(workplace, 'issue', { kind: 'pull', at });
    workplace.card.insert();
    await breakOff(workplace, 'issue', { kind: 'status', at, statusWord: 0x9000 });
    await expectDone(workplace, 'issue');
    expect(workplace.card.fewestTries).toBe(2);
    await expectSound(workplace);
  });

  it.each(['piv', 'nitrokey-3'] as const)('is issued in the next session if it lied once: %s', async (profile) => {
    const workplace = await blank(profile);
    const end = await workplace.session('issue', lies);
    expect(end).toMatchObject({ kind: 'error', error: { code: 'CARD_ERROR' } });
    expect(await findLosses(workplace)).toEqual([]);
    await expectDone(workplace, 'issue');
    await expectSound(workplace);
  });

  it('is given back in the next session if it lied once about its factory PUK', async () => {
    const workplace = await issued('piv');
    expect(await workplace.session('erase', lies)).toMatchObject({ kind: 'error', error: { code: 'CARD_ERROR' } });
    expect(await findLosses(workplace)).toEqual([]);
    await expectDone(workplace, 'erase');
    expect(await CardCopy.of(workplace.card.state).acceptsPuk('12345678')).toBe(true);
  });
});

describe('a card that has its new PUK, and refuses it once', () => {
  type Operation = 'issue' | 'unlock' | 'erase';
  const refused = async (profile: ProfileName, kind: Operation, statusWord: number) => {
    const workplace = kind === 'issue' ? await blank(profile) : await withOtherPin(await issued(profile));
    const at = { instruction: 'RESET-RETRY-COUNTER', nth: kind === 'unlock' ? 2 : 1 } as const;
    await breakOff(workplace, kind, { kind: 'status', at, statusWord });
    return workplace;
  };

  it.each(
    everyOrOneIn<readonly [string, Operation]>(3, [
      ['63C2', 'issue'],
      ['63CF', 'issue'],
      ['63C0', 'issue'],
      ['63C2', 'unlock'],
      ['63C0', 'unlock'],
      ['63C2', 'erase'],
    ]),
  )('keeps two tries after %s at its %s, which the next session ends', async (answer, kind) => {
    const workplace = await refused('piv', kind, Number.parseInt(answer, 16));
    await expectDone(workplace, kind);
    expect(workplace.card.fewestTries).toBe(2);
  });

  it.each(['issue', 'unlock'] as const)(
    'keeps two tries after 6300 at its %s, which tells no number, and is given back and issued again',
    async (kind) => {
      const workplace = await refused('nitrokey-3', kind, 0x6300);
      workplace.card.insert();
      expect(await workplace.session(kind)).toMatchObject({ kind: 'error', error: { code: 'PUK_INCORRECT' } });
      await expectDone(workplace, 'erase');
      await expectDone(workplace, 'issue');
      expect(workplace.card.fewestTries).toBe(2);
    },
  );
});

describe('a card whose objects cannot grow', () => {
  /** Tags of the certificates in 9A, 9C, 9D and 9E (SP 800-73-4 Part 1, table 3). */
  const CERTIFICATES = [0x5fc105, 0x5fc10a, 0x5fc10b, 0x5fc101];
  /** Bytes by which another certificate for the same key may be longer. */
  const ROOM = 16;
  const sizes = ({ card }: Workplace): readonly number[] =>
    CERTIFICATES.map((tag) => card.state.objects.get(tag)?.length ?? 0);

  /** Issues a card whose certificates have so many bytes less room than they take. */
  async function issuedWithout(bytes: number): Promise<Workplace> {
    const workplace = await issued('piv-fixed-objects');
    const { objectMemory, objects } = workplace.card.state;
    for (const tag of CERTIFICATES) objectMemory?.set(tag, (objects.get(tag)?.length ?? 0) - bytes);
    return workplace;
  }

  it('is renewed with certificates that fit only when they are compressed', async () => {
    const workplace = await issuedWithout(4);
    const before = sizes(workplace);
    await expectDone(workplace, 'renew');
    await expectSound(workplace);
    const now = sizes(workplace);
    expect(now.every((size, index) => size <= (before[index] ?? 0) - 4)).toBe(true);
    // Compressed certificates are read back, and compared, by the next operations too.
    await expectDone(workplace, 'renew');
    await expectDone(workplace, 'erase');
  });

  it.each(['update', 'renew'] as const)(
    'has no room for a longer key: %s says so before anything is changed',
    async (kind) => {
      const usual = cms;
      cms = kind === 'renew' ? await MemoryCms.open({ algorithm: 'P-256', replacesKeys: true }) : usual;
      try {
        const workplace = await issuedWithout(-ROOM);
        const { state } = workplace.card;
        const [in9A = 0] = CERTIFICATES;
        state.objectMemory?.set(in9A, 300);
        await cms.changeSlots({ '9A': 'P-384' });
        const [keys, objects] = [new Map(state.keys), new Map(state.objects)];
        const good = await goodOnes();
        expect(await workplace.session(kind)).toMatchObject({ kind: 'error', error: { code: 'DEVICE_FULL' } });
        expect([state.keys, state.objects]).toEqual([keys, objects]);
        expect(await goodOnes()).toEqual(good);
      } finally {
        cms = usual;
      }
    },
  );

  const goodOnes = async (): Promise<readonly Buffer[]> => {
    const [device] = await cms.devices();
    return (device?.certificates ?? []).filter(({ revocation }) => revocation === null).map(({ der }) => der);
  };
});

describe('a card that refuses each initial PIN', () => {
  it.each([0x6985, 0x6984])(
    'is no matter of a PIN that its user chose: it leads to the help desk (%i)',
    async (statusWord) => {
      const workplace = await blank('piv');
      const faults = Array.from({ length: 12 }, (_, index) => ({
        kind: 'status' as const,
        at: { instruction: 'RESET-RETRY-COUNTER' as const, nth: index + 1 },
        statusWord,
      }));
      expect(await workplace.session('issue', { faults })).toMatchObject({
        kind: 'error',
        error: { code: 'PIN_RULES_CONFLICT' },
      });
      expect(await findLosses(workplace)).toEqual([]);
    },
  );
});

describe('a card that makes its keys unusable when PIN and PUK are blocked', () => {
  it('is given back by its owner: it proves its own management key', async () => {
    const workplace = await issued('applet-attests');
    const { state } = workplace.card;
    for (const reference of [state.pin, state.puk]) reference.triesLeft = 0;
    for (const [slot, key] of state.keys) state.keys.set(slot, { ...key, isCleared: true });
    workplace.card.beginErasure();
    await expectDone(workplace, 'erase');
    expect(await CardCopy.of(state).acceptsPin('123456')).toBe(true);
  });
});
