import { personOf } from '../../support/engine/people.js';

/** Two users and two operators. Their rights are up to the pages of a CMS, not to the engine. */

export const ALICE = personOf('alice', {
  displayName: 'Alice Example',
  email: 'alice@example.com',
  upn: 'alice@example.com',
  sid: 'S-1-5-21-1-2-3-1104',
});
export const BOB = personOf('bob', { displayName: 'Bob Example' });
export const OLGA = personOf('olga', { displayName: 'Olga Operator' });
export const OSCAR = personOf('oscar', { displayName: 'Oscar Operator' });
