import type { ChangedBy } from '@cardwright/cms/policies';

/** An author whose changes of policies apply at once. `engine/attacks/two-operators` tests the confirmations that others need. */
export const ADMINISTRATOR: ChangedBy = { by: 'olga', consent: 'administrator' };
