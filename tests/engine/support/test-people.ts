import { personOf } from '../../support/engine/people.js';

/** Two users and two operators: which of them may do what, a CMS's own pages decide, not the engine. */

export const ALICE = personOf('alice', {
  displayName: 'Alice Example',
  email: 'alice@example.com',
  upn: 'alice@example.com',
  sid: 'S-1-5-21-1-2-3-1104',
});
export const BOB = personOf('bob', { displayName: 'Bob Example' });
export const OLGA = personOf('olga', { displayName: 'Olga Operator' });
export const OSCAR = personOf('oscar', { displayName: 'Oscar Operator' });
