import {
  ENROLMENT_STATES,
  enrolmentStatus,
  type EnrolmentState,
  type EnrolmentStatus,
} from '@cardwright/protocol/mobile';
import * as v from 'valibot';

/** The schema of the statuses of one enrolment. Anything else, such as the status of another enrolment, does not fit. */
export const statusOf = (enrolment: string) =>
  v.pipe(
    enrolmentStatus,
    v.check((status) => status.enrolment === enrolment),
    v.check(({ state, phone }) => state !== 'to-confirm' || phone !== null),
    v.check(({ state, failure }) => (state === 'failed') === (failure !== null)),
    v.check(({ certificates: { issued, ordered } }) => issued <= ordered),
  );

const FINAL: ReadonlySet<EnrolmentState> = new Set<EnrolmentState>(['installed', 'failed', 'cancelled']);

/** True if nothing more will happen. */
export const isOver = ({ state }: EnrolmentStatus): boolean => FINAL.has(state);

/** True if a mobile device has a profile that stops working when the enrolment ends now. */
export const hasReachedPhone = (status: EnrolmentStatus): boolean =>
  !isOver(status) && rankOf(status) >= ENROLMENT_STATES.indexOf('downloaded');

/**
 * True if a status can follow another one. Statuses from requests and events may arrive out of order. Once the user was shown a phone,
 * no other phone can follow.
 */
export function canFollow(before: EnrolmentStatus, next: EnrolmentStatus): boolean {
  if (isOver(before)) return false;
  if (before.phone && next.phone?.serial !== before.phone.serial) return isOver(next) && next.state !== 'installed';
  return rankOf(next) >= rankOf(before) && next.certificates.issued >= before.certificates.issued;
}

const rankOf = ({ state }: EnrolmentStatus): number => ENROLMENT_STATES.indexOf(state);
