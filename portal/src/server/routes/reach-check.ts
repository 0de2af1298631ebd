import { CardwrightError, validate } from '@cardwright/protocol';
import * as v from 'valibot';
import type { LoginSession } from '../accounts/sessions.js';
import type { Sessions } from '../requests/request-guards.js';
import { RIGHTS } from '../rights.js';
import { isWithin, type Named } from '../store/reach.js';
import { isOpen, type Who } from './table/route.js';

/**
 * Checks that the right by which a person may call a route reaches what the path names.
 *
 * @param input the validated input of the route
 * @throws CardwrightError the error for something that does not exist, which is the same for everything out of reach
 */
type ReachCheck = (session: LoginSession | null, input: unknown) => Promise<void>;

/** Errors for an id that names nothing. */
const UNKNOWN: Readonly<Record<Named, () => CardwrightError>> = {
  devices: () => new CardwrightError('DEVICE_STATE', { state: 'unknown' }),
  people: () => new CardwrightError('INVALID_PARAMS', { path: 'id', problem: 'expected the id of a person' }),
  operations: () => new CardwrightError('OPERATION_NOT_FOUND'),
};

const isNamed = (word: string | undefined): word is Named => word !== undefined && Object.hasOwn(UNKNOWN, word);

const withId = v.object({ parameters: v.object({ id: v.string() }) });

/**
 * Returns the check of a route. Whoever has the right for everybody passes the check, so that the handler itself answers for an unknown id. A route
 * without an id in its path, such as a list, chooses by the reach itself.
 *
 * @throws Error if the path of a route for a right over people has an id of which nothing says whose it is
 */
export function reachCheckOf({ database }: Sessions, address: string, who: Who): ReachCheck {
  const [, named] = /\/(\w+)\/\{/.exec(address) ?? [];
  if (isOpen(who) || RIGHTS[who].concerns !== 'people' || named === undefined) return () => Promise.resolve();
  if (!isNamed(named)) throw new Error(`${address} names something of which nothing says whose it is`);
  return async (session, input) => {
    const reach = session?.reaches.get(who);
    if (reach === null) return;
    const { id } = validate(withId, input).parameters;
    if (reach === undefined || !(await isWithin(database.db, named, id, reach))) throw UNKNOWN[named]();
  };
}
