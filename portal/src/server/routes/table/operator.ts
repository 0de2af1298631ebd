import { ACTION_NAMES, STATES, type UnlockCode } from '@cardwright/cms/devices';
import { displayId, receiverJwk } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { EXPIRIES } from '../../store/device-expiry.js';
import type { OperatorDevice } from '../../devices/device-description.js';
import type { DifferingDevice } from '../../devices/differing-devices.js';
import { ID, line, NOTHING, of, passedOn, uuid, type RouteTable } from './route.js';

/** Schema of an operator's search. Devices are found by the beginning of the owner's name or of the serial number. */
const devicesQuery = v.strictObject({
  state: v.exactOptional(v.picklist(STATES)),
  model: v.exactOptional(line(40)),
  owner: v.exactOptional(line(80)),
  serial: v.exactOptional(line(40)),
  /** Finds active devices of which a good certificate has ended, or ends within this time. */
  expiry: v.exactOptional(v.picklist(EXPIRIES)),
  /** `waits` finds devices for which work waits. */
  work: v.exactOptional(v.picklist(['waits'])),
  /** `yes` finds devices of people who may no longer sign in. */
  left: v.exactOptional(v.picklist(['yes'])),
  /** `yes` finds devices that wait for this operator's approval, `no` finds all other devices. */
  waiting: v.exactOptional(v.picklist(['yes', 'no'])),
  /** `next` of the previous page. */
  after: v.exactOptional(uuid),
});
const differencesQuery = v.strictObject({
  /** `next` of the previous answer. */
  after: v.exactOptional(uuid),
});

/** Everybody's devices, and the operators' actions on a device. */
export const OPERATOR_ROUTES = {
  'GET /api/operator/devices': {
    who: 'see-devices',
    takes: v.object({ query: devicesQuery }),
    answer: v.object({
      devices: of<readonly OperatorDevice[]>(),
      /** Value for `after`; null on the last page. */
      next: v.nullable(v.string()),
      /** Set if too many users have a name that begins with the searched text, so that the search covers only some of these users. */
      hasMoreOwners: v.boolean(),
      /** Whose devices the caller sees: those of everybody, of the members of groups, or of groups that nobody is in. */
      reach: v.picklist(['everybody', 'groups', 'nobody']),
    }),
    sentence: "Lists a page of all devices. `waiting`: whether they wait for this operator's approval.",
  },
  'GET /api/operator/models': {
    who: 'see-devices',
    takes: NOTHING,
    answer: v.object({ models: of<readonly { readonly model: string; readonly modelName: string }[]>() }),
    sentence: 'Lists the models that have a policy, by which devices can be searched.',
  },
  'GET /api/operator/differences': {
    who: 'see-devices',
    takes: v.object({ query: differencesQuery }),
    answer: v.object({
      devices: of<readonly DifferingDevice[]>(),
      /** Value for `after`; null if all devices were compared. */
      next: v.nullable(v.string()),
    }),
    sentence: 'Lists active devices that differ from the policy of their model, with the differences.',
  },
  'POST /api/operator/devices/{id}/{action}': {
    who: 'act-on-devices',
    bound: 'change',
    takes: v.object({
      parameters: v.strictObject({ id: uuid, action: v.picklist(ACTION_NAMES) }),
      body: passedOn<{ readonly seen: string; readonly reason?: string; readonly days?: number }>(
        '`seen`, `reason?`, `days?`',
      ),
    }),
    answer: v.object({ state: v.picklist(STATES) }),
    errors: ['DEVICE_CHANGED', 'DEVICE_STATE', 'DEVICE_NOT_ELIGIBLE', 'FORBIDDEN'],
    sentence: `Does something to a device: ${ACTION_NAMES.map((name) => `\`${name}\``).join(', ')}. \`seen\` is the \`version\` that the page shows, \`days\` how long work waits that the action asks for.`,
  },
  'POST /api/operator/devices/{id}/work/{work}/take-back': {
    who: 'act-on-devices',
    bound: 'change',
    takes: v.object({ parameters: v.strictObject({ id: uuid, work: uuid }) }),
    answer: v.object({
      /** True if the owner has started an operation for the work. The operation continues. */
      isRunning: v.boolean(),
    }),
    errors: ['DEVICE_STATE', 'WORK_OVER', 'FORBIDDEN'],
    sentence: 'Takes back work that waits for a device, which this operator asked for.',
  },
  'POST /api/operator/devices/{id}/unlock-code': {
    who: 'issue-codes',
    fresh: 'unlock-code.issued',
    bound: { inside: 'unlock-code-issued' },
    takes: v.object({ parameters: ID, body: passedOn<{ readonly seen: string }>('`seen`') }),
    answer: v.object({ code: of<UnlockCode['code']>(), expiresAt: v.date() }),
    errors: ['DEVICE_CHANGED', 'DEVICE_STATE', 'FORBIDDEN', 'RATE_LIMITED'],
    sentence: "Issues a one-time code, to be read out to the device's owner.",
  },
  'POST /api/operator/devices/{id}/initial-pin': {
    who: 'show-pins',
    bound: 'change',
    fresh: 'initial-pin.shown',
    takes: v.object({
      parameters: ID,
      body: v.strictObject({ display: displayId, key: receiverJwk }),
    }),
    answer: v.object({ jws: v.string() }),
    errors: ['DEVICE_STATE'],
    sentence: 'Seals an initial PIN for a window of the extension: `jws` is for `secret.display`.',
  },
} as const satisfies RouteTable;
