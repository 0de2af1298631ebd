import type { ChangedBy } from '@cardwright/cms';

/** Changes policies at once, whatever is in them: the tests of what that takes are in `engine/attacks/two-operators`. */
export const ADMINISTRATOR: ChangedBy = { by: 'olga', consent: 'administrator' };
