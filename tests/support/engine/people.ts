import type { Person } from '@cardwright/cms/store';

/** Creates a person with a username, and further members from the test. */
export const personOf = (username: string, more: Partial<Person> = {}): Person => ({
  id: username,
  username,
  displayName: username,
  email: null,
  upn: null,
  sid: null,
  ...more,
});
