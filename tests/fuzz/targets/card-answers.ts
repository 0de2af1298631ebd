import { Card, Chip, makeCard, profileNames, type CardInReader, type CardState } from '@cardwright/virtual-card';
import fc from 'fast-check';
import * as v from 'valibot';
import { copyOf } from '../../simulation/support/copied-state.js';
import { KeyPool } from '../../simulation/support/key-pool.js';
import { goodCalls, readParams } from '../generators/command-calls.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { FuzzedHost, makeCms } from '../support/fuzzed-host.js';
import { fuzzTarget } from '../target.js';

const params = v.record(v.string(), v.unknown());
const OK = Buffer.of(0x90, 0x00);
/** Answers of a card: status words alone, TLV with one, CTAP with its status, and none. */
const GOOD = [
  '9000',
  '6a82',
  '61ff',
  '6982',
  '63c3',
  '7c0880060102030405069000',
  '5300 9000',
  '00a1009000',
  '050700 9000',
].map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** What a card answers instead, at so many of its APDUs. */
interface Answer {
  /** APDUs that are answered honestly before this one. */
  readonly after: number;
  readonly instead: Uint8Array;
  /** Set when only the end of the honest answer is replaced. */
  readonly keepsBeginning: boolean;
}

const answers: fc.Arbitrary<readonly Answer[]> = fc.array(
  fc.record({
    after: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 30 })),
    instead: fc.oneof(
      { weight: 3, arbitrary: spoiltBytes(GOOD, 80) },
      { weight: 1, arbitrary: spoiltBytes(GOOD, 80).map((data) => Buffer.concat([data, OK])) },
    ),
    keepsBeginning: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Lets a card answer anything at the given APDUs; `forever` repeats the last answer. */
function lying(card: CardInReader, script: readonly Answer[], forever: boolean): CardInReader {
  const left = script.map((answer) => ({ ...answer }));
  return {
    atr: card.atr,
    reset: () => card.reset(),
    transmit: async (apdu) => {
      const [next] = left;
      const honest = await card.transmit(apdu);
      if (!next || next.after-- > 0) return honest;
      if (left.length > 1 || !forever) left.shift();
      if (!next.keepsBeginning || !honest) return Buffer.from(next.instead);
      return Buffer.concat([honest.subarray(0, honest.length / 2), next.instead]);
    },
  };
}

/** The host's PIV and FIDO sessions, with a card that answers anything: at the listing, while it is opened, and to commands. */
export const cardAnswers = fuzzTarget('card-answers', 25_000, async () => {
  const cms = await makeCms();
  const keys = new KeyPool();
  const blank: readonly CardState[] = await Promise.all(profileNames.map((profile) => makeCard({ profile })));
  return {
    input: fc.record({
      card: fc.nat({ max: blank.length - 1 }),
      script: answers,
      forever: fc.boolean(),
      calls: fc.array(goodCalls, { maxLength: 3 }),
    }),
    judge: async ({ card, script, forever, calls }) => {
      const state = blank[card];
      if (!state) throw new Error('no such card');
      const chip = new Chip(new Card(copyOf(state), {}, keys.source()), () => undefined);
      const host = await FuzzedHost.start(lying(chip, script, forever), cms);
      try {
        await host.open();
        for (const { method, params: text, inStep } of calls) {
          const value = readParams(text);
          if (inStep && v.is(params, value)) await host.step(method, value);
          else await host.ask(method, value);
        }
      } finally {
        await host.close();
      }
      const [fault] = host.faults;
      if (fault !== undefined) throw new Error(fault);
    },
  };
});
