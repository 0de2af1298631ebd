import * as v from 'valibot';
import type { OwnDevicesDescription } from '../../devices/own-devices.js';
import type { DeviceSource } from '../../services.js';
import { ID, NOTHING, of, passedOn, type RouteTable } from './route.js';

/** Routes of My Devices, except the routes of operations. */
export const DEVICE_ROUTES = {
  'GET /api/devices': {
    who: 'own-devices',
    takes: NOTHING,
    answer: v.object({
      operations: of<OwnDevicesDescription['operations']>(),
      devices: of<OwnDevicesDescription['devices']>(),
      terminated: of<OwnDevicesDescription['terminated']>(),
      limit: of<OwnDevicesDescription['limit']>(),
      mobile: of<OwnDevicesDescription['mobile']>(),
      /** The administrator's directions for getting a device. */
      deviceSource: of<DeviceSource>(),
    }),
    sentence: "Lists the user's own devices. Reasons, titles and labels are in the language of `accept-language`.",
  },
  'POST /api/devices/{id}/start-again': {
    who: 'own-devices',
    bound: 'change',
    takes: v.object({ parameters: ID }),
    answer: v.object({}),
    errors: ['DEVICE_STATE'],
    sentence: 'Releases a failed device of the user, so that its card can be erased and issued again.',
  },
  'PUT /api/devices/{id}/name': {
    who: 'own-devices',
    bound: { inside: 'rename' },
    takes: v.object({ parameters: ID, body: passedOn<{ readonly name: string | null }>('`name`') }),
    answer: v.object({ name: v.nullable(v.string()) }),
    errors: ['DEVICE_STATE', 'RATE_LIMITED'],
    sentence: 'Gives a device of the user a name, or takes its name away.',
  },
  'POST /api/devices/{id}/report': {
    who: 'own-devices',
    bound: { inside: 'report' },
    takes: v.object({
      parameters: ID,
      body: passedOn<object>('`{ incident }`: `lost`, `stolen`, `damaged` or `left-at-home`'),
    }),
    answer: v.object({}),
    errors: ['DEVICE_STATE', 'RATE_LIMITED'],
    sentence: 'Suspends a device of the user, who reports that it is lost, stolen, damaged or left at home.',
  },
  'POST /api/devices/{id}/take-back': {
    who: 'own-devices',
    bound: { inside: 'report' },
    takes: v.object({ parameters: ID }),
    answer: v.object({}),
    errors: ['DEVICE_STATE', 'LOGIN_REQUIRED', 'RATE_LIMITED'],
    sentence:
      'Takes a report back, after a fresh proof of identity. A device that was stolen or damaged stays suspended.',
  },
  'POST /api/devices/{id}/replace': {
    who: 'own-devices',
    bound: 'change',
    takes: v.object({ parameters: ID }),
    answer: v.object({}),
    errors: ['DEVICE_STATE', 'LOGIN_REQUIRED'],
    sentence:
      'Lets the next device of the user replace a reported one, beyond the limit by one, after a fresh proof of identity.',
  },
} as const satisfies RouteTable;
