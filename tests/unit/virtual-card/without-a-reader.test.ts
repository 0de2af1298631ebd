import { describe, expect, it } from '@jest/globals';
import {
  Card,
  type CardInReader,
  type CardState,
  Chip,
  FaultyCard,
  freshKeys,
  KeyAlgorithm,
  type KeySource,
  makeCard,
  parseFault,
  RecordedCard,
} from '@cardwright/virtual-card';
import { FACTORY_KEY, pin, SELECT_PIV, tag, TestChip } from './blank-chip.js';

const WRONG_PIN = `0020008008${pin('111111')}`;
const GET_SERIAL = '00F80000';

describe('a card without a reader and without a file', () => {
  it('answers, and its memory is what it was given', async () => {
    const { card, state } = await faulty();
    expect(await transmit(card, WRONG_PIN)).toBe('63C2');
    expect(state.pin.triesLeft).toBe(2);
  });

  it('is logged by header and status word, never data', async () => {
    const { card } = await faulty();
    const recorded = new RecordedCard(card);
    await transmit(recorded, WRONG_PIN);
    expect(recorded.log).toEqual([{ number: 1, ins: 0x20, p1: 0, p2: 0x80, statusWord: 0x63c2 }]);
  });

  it('is pulled before or after it did the APDU by whatever has it in its slot', async () => {
    const before = await faulty('pull@2');
    expect(await transmit(before.card, WRONG_PIN)).toBeUndefined();
    expect([before.pulls, before.state.pin.triesLeft]).toEqual([1, 3]);
    const after = await faulty('pull-after@2');
    expect(await transmit(after.card, WRONG_PIN)).toBeUndefined();
    expect([after.pulls, after.state.pin.triesLeft]).toEqual([1, 2]);
  });

  it('does what it was told when its answer is garbled: the data is inverted, a status word cut in half', async () => {
    const { card, state } = await faulty('garble@2', 'garble@4');
    expect(await transmit(card, WRONG_PIN)).toBe('C2');
    expect(state.pin.triesLeft).toBe(2);
    const serial = await transmit(card, GET_SERIAL);
    const garbled = await transmit(card, GET_SERIAL);
    expect(serial).toBe('00BC614E9000');
    expect(garbled).toBe('FF439EB19000');
  });
});

describe('where the keys of a card come from', () => {
  it('can be a store of premade ones', async () => {
    const premade = await freshKeys.generate(KeyAlgorithm.rsa2048);
    const asked: number[] = [];
    const keySource: KeySource = {
      generate: (algorithm) => {
        asked.push(algorithm);
        return Promise.resolve(premade);
      },
    };
    const card = new Card(await makeCard({ profile: 'yubikey' }), {}, keySource);
    const chip = new TestChip(new Chip(card, () => undefined), card, []);
    await chip.expectOk(SELECT_PIV);
    await chip.authenticate('0A', FACTORY_KEY);
    await chip.expectOk(`0047009A05${tag('AC', tag('80', '07'))}`);
    expect(asked).toEqual([KeyAlgorithm.rsa2048]);
    expect(card.state.keys.get(0x9a)?.privateKey).toBe(premade);
  });
});

interface Faulty {
  readonly card: CardInReader;
  readonly state: CardState;
  readonly pulls: number;
}

/** A blank YubiKey whose PIV application is selected by its first APDU. */
async function faulty(...faults: string[]): Promise<Faulty> {
  const state = await makeCard({ profile: 'yubikey', serial: 12_345_678 });
  const chip = new Chip(new Card(state), () => undefined);
  const gone = new AbortController();
  let pulls = 0;
  const pull = (): Promise<void> => {
    pulls += 1;
    gone.abort();
    return Promise.resolve();
  };
  const card = new FaultyCard(chip, faults.map(parseFault), { gone: gone.signal, pull });
  await transmit(card, SELECT_PIV);
  return {
    card,
    state,
    get pulls() {
      return pulls;
    },
  };
}

async function transmit(card: CardInReader, apdu: string): Promise<string | undefined> {
  const answer = await card.transmit(Buffer.from(apdu, 'hex'));
  return answer?.toString('hex').toUpperCase();
}
