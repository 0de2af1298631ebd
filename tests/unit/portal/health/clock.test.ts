import { expect, it } from '@jest/globals';
import { clockFault } from '../../../../portal/src/server/health/clock.js';

const FUTURE = 'in the future, so the clock is wrong or was';

it.each([
  ['agrees', { ahead: 0, lastEventAhead: -5 }, null],
  ['may differ by a minute', { ahead: 60, lastEventAhead: 60 }, null],
  [
    'is behind',
    { ahead: -61, lastEventAhead: null },
    'The clock of this computer is 61 seconds behind that of PostgreSQL',
  ],
  [
    'is ahead',
    { ahead: 600, lastEventAhead: -5 },
    'The clock of this computer is 10 minutes ahead of that of PostgreSQL',
  ],
  ['was ahead', { ahead: 0, lastEventAhead: 86_400 }, `The last event of the audit log is 24 hours ${FUTURE}`],
  ['has no other clock', { ahead: null, lastEventAhead: 7200 }, `The last event of the audit log is 2 hours ${FUTURE}`],
])('a clock that %s', (_, facts, fault) => {
  expect(clockFault(facts)).toBe(fault);
});
