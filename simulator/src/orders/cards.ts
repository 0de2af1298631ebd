import * as v from 'valibot';
import { CARDS, isCardKind } from '../card-readers.js';
import { defineOrder, OrderError } from '../order.js';

/** Number of steps that the host executes in the issuance of a new PIV card. */
const STEPS = 5;

const name = v.pipe(v.string(), v.regex(/^[a-z][a-z\d-]{0,31}$/));
const aName = 'a name of small letters, digits and hyphens, at most 32';

/** Orders about the card in the reader. */
export const cardOrders = [
  defineOrder({
    name: 'insert',
    usage: '[KIND | NAME] [NEW-NAME]',
    does: `put a new card into the reader (${CARDS.join(', ')}), or one that was there before, by its name`,
    parameters: { card: v.exactOptional(v.string(), 'yubikey'), name: v.exactOptional(name) },
    expects: { card: `a card: ${CARDS.join(', ')}, or the name of one that was in the reader`, name: aName },
    carryOut: async ({ readers }, { card, name: newName }) => {
      if (isCardKind(card)) {
        const inserted = await readers.insert(card, newName === undefined ? {} : { name: newName });
        return { says: `A new ${card} is in the reader: ${inserted.name}.`, card: inserted };
      }
      if (newName !== undefined || !readers.knows(card)) {
        throw new OrderError(
          'parameters',
          `expected a card: ${CARDS.join(', ')}, or the name of one that was in the reader`,
        );
      }
      const inserted = await readers.putBack(card);
      return { says: `${inserted.name} is in the reader again.`, card: inserted };
    },
  }),
  defineOrder({
    name: 'pull',
    usage: '',
    does: 'take the card out; `insert NAME` puts it back',
    parameters: {},
    expects: {},
    carryOut: async ({ readers }) => {
      await readers.pull();
      return { says: 'There is no card in the reader.' };
    },
  }),
  defineOrder({
    name: 'pull-at-step',
    usage: 'N',
    does: `take the card out when step N of the next operation begins (1 to ${STEPS}), once`,
    parameters: { step: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(STEPS)) },
    expects: { step: `a step from 1 to ${STEPS}` },
    carryOut: async (simulator, { step }) => {
      await simulator.pullAtStep(step);
      return { says: `The card is pulled when step ${step} begins. Start an operation.` };
    },
  }),
  defineOrder({
    name: 'card',
    usage: '[NAME]',
    does: 'what a card has in its memory: tries left, slots, certificates; never a PIN, a PUK or a private key',
    parameters: { name: v.exactOptional(name) },
    expects: { name: aName },
    carryOut: ({ readers }, { name: known }) => {
      const facts = readers.facts(known);
      const slots = Object.keys(facts.slots).join(' ') || 'none';
      const says = `${facts.profile}: PIN tries ${facts.pin.triesLeft}, PUK tries ${facts.puk.triesLeft}, keys in ${slots}.`;
      return Promise.resolve({ says, facts });
    },
  }),
];
