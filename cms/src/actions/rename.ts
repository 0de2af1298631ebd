import { CardwrightError, validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { visibleName } from '../rules/visible-name.js';
import { spend } from '../operations/quotas.js';
import type { Services } from '../operations/services.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';
import { NO_SITUATION, ownerMay } from './owner-actions.js';

/** Maximum number of characters (code points) of a device's name. */
const LONGEST_NAME = 60;

/** Schema of a name that an owner gives a device. */
const deviceName = visibleName(LONGEST_NAME);

const request = v.strictObject({ name: v.nullable(deviceName) });

/**
 * Gives a device of a person a name, or takes its name away. The audit log says that, but not the name, which may be that of a person.
 *
 * @param given the body of the request: `{ name }`
 * @returns the name as it is kept
 * @throws CardwrightError `INVALID_PARAMS`; `RATE_LIMITED`; `DEVICE_STATE` if the device is not this person's or no longer in use
 */
export async function rename(
  { quotas }: Pick<Services, 'quotas'>,
  records: Records,
  person: Person,
  id: string,
  given: unknown,
): Promise<Device['name']> {
  const { name } = validate(request, given);
  const isOwn = (await records.transaction.ownerOf(id)) === person.id;
  const device = isOwn ? await records.openDevice(id) : undefined;
  if (device?.row.ownerId !== person.id) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  if (!ownerMay('rename', device.row, NO_SITUATION))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  if (device.row.name === name) return name;
  await spend(records.transaction, person, 'rename', quotas.renamesPerHour);
  device.rename(name);
  records.record({
    actor: person.username,
    event: 'device.renamed',
    deviceId: id,
    detail: { isNamed: name !== null },
  });
  return name;
}
