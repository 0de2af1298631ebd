import { CardwrightError, validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { spend } from '../operations/quotas.js';
import type { Services } from '../operations/services.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';
import { NO_SITUATION, ownerMay } from './owner-actions.js';

/** Maximum number of characters (code points) of a device's name. */
const LONGEST_NAME = 60;

/**
 * Matches a name of which every character can be seen. Refused are control characters and line breaks, characters that reverse the text beside
 * them, and characters without a shape of their own; `U+FE0F` may follow a pictograph, as keyboards write it. A combining mark needs a letter, and a
 * letter has at most four: more would cover the lines above and below.
 */
const VISIBLE =
  /^(?!\p{M})(?!.*\p{M}{5})(?:\p{Extended_Pictographic}\uFE0F|[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800])+$/u;

/**
 * Schema of a name that an owner gives a device: 1 to 60 characters that can all be seen, without spaces at its ends, in normalisation form C.
 */
const deviceName = v.pipe(
  v.string(),
  // Bounds the work before anything is counted: in UTF-16, and before marks are composed, a name is longer.
  v.maxLength(8 * LONGEST_NAME),
  v.normalize('NFC'),
  v.trim(),
  v.regex(VISIBLE, 'expected characters that can be seen'),
  v.check((name) => Array.from(name).length <= LONGEST_NAME, `expected at most ${LONGEST_NAME} characters`),
);

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
