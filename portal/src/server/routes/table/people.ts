import * as v from 'valibot';
import type { OperatorDevice } from '../../devices/device-description.js';
import type { Grant } from '../../accounts/roles.js';
import type { PersonDevices } from '../../store/person-devices.js';
import { ID, of, type RouteTable } from './route.js';

/** The operator's page of one person. */
export const PERSON_ROUTES = {
  'GET /api/operator/people/{id}': {
    who: 'see-devices',
    takes: v.object({ parameters: ID }),
    answer: v.object({
      /** The person, with since when and by what it is known that they may no longer sign in (`left`). */
      person: of<Omit<PersonDevices['person'], 'leftAt' | 'leftBecause'> & Pick<OperatorDevice['owner'], 'left'>>(),
      /** The person's roles; null if the caller may not read them. */
      grants: of<readonly Grant[] | null>(),
      /** Devices in use, oldest first, each with what this operator can do. */
      devices: of<readonly OperatorDevice[]>(),
      /** Devices that are over, the last changed first. */
      over: of<readonly OperatorDevice[]>(),
      /** Set if there are more devices that are over. */
      hasMore: v.boolean(),
      /** The person's limit of devices, and how many count towards it. */
      limit: v.object({ max: v.number(), used: v.number() }),
    }),
    sentence: 'Tells all devices of one person.',
  },
} as const satisfies RouteTable;
