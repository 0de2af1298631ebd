import { ENROLMENT_STATES, enrolmentStatus, type EnrolmentState, type EnrolmentStatus } from '@cardwright/protocol';
import * as v from 'valibot';

/** What the CMS may say of one enrolment. Anything else, such as the status of another one, is no status. */
export const statusOf = (enrolment: string) =>
  v.pipe(
    enrolmentStatus,
    v.check((status) => status.enrolment === enrolment),
    v.check(({ state, phone }) => state !== 'to-confirm' || phone !== null),
    v.check(({ state, failure }) => (state === 'failed') === (failure !== null)),
    v.check(({ certificates: { issued, ordered } }) => issued <= ordered),
  );

const FINAL: ReadonlySet<EnrolmentState> = new Set<EnrolmentState>(['installed', 'failed', 'cancelled']);

/** Whether nothing more will happen. */
export const isOver = ({ state }: EnrolmentStatus): boolean => FINAL.has(state);

/** Whether a mobile device has something that no longer works if the enrolment ends now. */
export const hasReachedPhone = (status: EnrolmentStatus): boolean =>
  !isOver(status) && rankOf(status) >= ENROLMENT_STATES.indexOf('downloaded');

/**
 * Whether a status can follow another one. Those that travelled differently may arrive in another order; and once the user was shown
 * a phone, there is no other one.
 */
export function canFollow(before: EnrolmentStatus, next: EnrolmentStatus): boolean {
  if (isOver(before)) return false;
  if (before.phone && next.phone?.serial !== before.phone.serial) return isOver(next) && next.state !== 'installed';
  return rankOf(next) >= rankOf(before) && next.certificates.issued >= before.certificates.issued;
}

const rankOf = ({ state }: EnrolmentStatus): number => ENROLMENT_STATES.indexOf(state);
