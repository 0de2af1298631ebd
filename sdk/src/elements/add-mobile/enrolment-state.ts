import {
  ENROLMENT_STATES,
  enrolmentStatus,
  type EnrolmentState,
  type EnrolmentStatus,
} from '@cardwright/protocol/mobile';
import * as v from 'valibot';

/** Returns the schema for statuses of one enrolment. The schema refuses a status of another enrolment, and a status that contradicts itself. */
export const statusOf = (enrolment: string) =>
  v.pipe(
    enrolmentStatus,
    v.check((status) => status.enrolment === enrolment),
    v.check(({ state, phone }) => state !== 'to-confirm' || phone !== null),
    v.check(({ state, failure }) => (state === 'failed') === (failure !== null)),
    v.check(({ certificates: { issued, ordered } }) => issued <= ordered),
  );

const FINAL: ReadonlySet<EnrolmentState> = new Set<EnrolmentState>(['installed', 'failed', 'cancelled']);

/** True if the enrolment has ended, so that its status will not change any more. */
export const isOver = ({ state }: EnrolmentStatus): boolean => FINAL.has(state);

/**
 * True if the page can still cancel the enrolment. It cannot once the mobile device was sent everything, because the device may work already. My Devices
 * then lists the device, and its user can delete it there.
 */
export const isCancellable = (status: EnrolmentStatus): boolean => !isOver(status) && status.state !== 'sent';

/** True if a mobile device has fetched a profile and the enrolment can be cancelled. The profile would be useless if the enrolment ended now. */
export const hasReachedPhone = (status: EnrolmentStatus): boolean =>
  isCancellable(status) && rankOf(status) >= ENROLMENT_STATES.indexOf('downloaded');

/**
 * True if the status `next` can follow `before`. If not, `next` is outdated: statuses from answers and events may arrive out of order. Once a
 * status names a phone, a status with another phone, or without a phone, can follow only if it ends the enrolment without success.
 */
export function canFollow(before: EnrolmentStatus, next: EnrolmentStatus): boolean {
  if (isOver(before)) return false;
  if (before.phone && next.phone?.serial !== before.phone.serial) return isOver(next) && next.state !== 'installed';
  return rankOf(next) >= rankOf(before) && next.certificates.issued >= before.certificates.issued;
}

const rankOf = ({ state }: EnrolmentStatus): number => ENROLMENT_STATES.indexOf(state);
