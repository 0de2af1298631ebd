import { cardUsers } from './card-users.js';
import { defineCheck, passed } from './check.js';

const ID = 'programs';

/** Lists the other programs that could use a card now. The list helps when a card was reset, or is held by another program. */
export const programs = defineCheck({
  id: ID,
  title: 'Other programs',
  summary: 'Other programs that may use cards.',
  audience: 'doctor',
  run({ system }) {
    if (system.platform !== 'linux') return [];
    const names = cardUsers(system);
    return [
      passed(ID, names.length === 0 ? 'none has the smart card library loaded' : `may use cards: ${names.join(', ')}`),
    ];
  },
});
