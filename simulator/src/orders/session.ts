import { defineOrder } from '../order.js';

/** Orders about the simulator itself. */
export const sessionOrders = [
  defineOrder({
    name: 'state',
    usage: '',
    does: 'which card is in the reader, which other cards there are, what fails, what is running',
    parameters: {},
    expects: {},
    carryOut: (simulator) => {
      const { standing } = simulator;
      const says = `Card: ${standing.card?.name ?? 'none'}. Failure: ${standing.failure ?? 'none'}.`;
      return Promise.resolve({ says, ...standing });
    },
  }),
  defineOrder({
    name: 'quit',
    usage: '',
    does: 'end the simulator; so does the end of its input',
    parameters: {},
    expects: {},
    carryOut: (simulator) => {
      simulator.end();
      return Promise.resolve({ says: 'The simulator ends.' });
    },
  }),
];
