import { isFresh, type PersonProof } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { count, deleteExpired } from '../accounts/attempt-counts.js';
import type { LoginSession } from '../accounts/sessions.js';
import { record } from '../audit.js';
import type { Sessions } from '../requests/request-guards.js';
import { takesConsent } from './table/consent.js';
import type { Route } from './table/route.js';

/** Maximum age in minutes of the proof of identity that a route wants (`Route.fresh`). */
const FRESH_MINUTES = 10;
const MINUTE = 60_000;

/** Returns true if a proof of identity is as fresh as routes want it. */
export const isFreshNow = (proof: PersonProof | undefined): boolean => isFresh(proof, FRESH_MINUTES, [], new Date());

/**
 * Checks that the user has proved who they are in the last `FRESH_MINUTES`, in the session of the request, if the route wants that.
 *
 * @param input the validated input of the route
 * @throws CardwrightError `LOGIN_REQUIRED`, with `fresh: true` if a proof is missing
 */
type FreshCheck = (session: LoginSession | null, input: unknown) => Promise<void>;

const withConsent = v.object({ body: v.object({ consent: v.literal(true) }) });
const withDevice = v.object({ parameters: v.object({ id: v.string() }) });

/** Returns the check of a route. The check does nothing if the route wants no fresh proof. */
export function freshCheckOf({ database: { db } }: Sessions, address: string, { fresh, takes }: Route): FreshCheck {
  if (fresh === undefined) return () => Promise.resolve();
  const event = fresh;
  const isOnlyWithConsent = takesConsent(takes);
  const isOfDevice = address.includes('/devices/{id}/');

  /** Records a refused request: once in ten minutes for each session, so that nobody floods the audit log. */
  async function recordRefusal({ id, user }: LoginSession, input: unknown): Promise<void> {
    await deleteExpired(db);
    const { attempts } = await count(db, `${event} without a fresh proof in ${id}`, FRESH_MINUTES * MINUTE);
    if (attempts > 1) return;
    const deviceId = isOfDevice ? v.parse(withDevice, input).parameters.id : null;
    const detail = { reason: 'LOGIN_REQUIRED' };
    await record(db, { actor: user.username, event, outcome: 'failed', personId: user.id, deviceId, detail });
  }

  return async (session, input) => {
    if (isOnlyWithConsent && !v.is(withConsent, input)) return;
    if (!session) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    if (isFreshNow(session.proof)) return;
    await recordRefusal(session, input);
    throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
  };
}
