import type { ChangedBy } from '@cardwright/cms/policies';

/** Changes policies at once, whatever is in them; `engine/attacks/two-operators` tests what that takes. */
export const ADMINISTRATOR: ChangedBy = { by: 'olga', consent: 'administrator' };
