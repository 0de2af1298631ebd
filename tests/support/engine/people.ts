import type { Person } from '@cardwright/cms';

/** Someone whom a CMS knows by their name; of the rest of them only what a test says. */
export const personOf = (username: string, more: Partial<Person> = {}): Person => ({
  id: username,
  username,
  displayName: username,
  email: null,
  upn: null,
  sid: null,
  ...more,
});
