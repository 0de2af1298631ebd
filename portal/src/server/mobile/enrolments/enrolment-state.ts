import { isInUse, type DeviceState } from '@cardwright/cms/devices';
import type { EnrolmentState } from '@cardwright/protocol/mobile';
import { hasLeft } from '../../store/leaving-reasons.js';
import type { EnrolmentFile } from '../../store/mobile-rows.js';
import type { MobileEnrolment, User } from '../../store/schema.js';
import type { MobileSettings } from '../settings.js';

const MINUTE = 60 * 1000;
/**
 * Milliseconds from a download of the first profile until the phone must have answered. iOS drops a profile that is not installed
 * within 8 minutes.
 */
const INSTALLATION_TIME = 10 * MINUTE;
/** Maximum milliseconds from the confirmation to the last certificate. Requests of the phone do not extend this time. */
export const LONGEST_ENROLMENT = 30 * MINUTE;

/** The present time, and the settings for the time limits of states. */
export interface Times extends Pick<MobileSettings, 'linkLifetime' | 'confirmationTime' | 'silence'> {
  readonly now: Date;
}
type Deadline = (row: Pick<MobileEnrolment, 'createdAt' | 'confirmedAt'>, times: Times) => Date | null;

interface StateRule {
  /** States that may follow. */
  readonly next: readonly EnrolmentState[];
  /** Returns the time at which the state ends by itself; null if the state has no time limit. */
  readonly deadline: Deadline;
  /** Error with which an enrolment fails when the time limit of this state is over; null if the state has no time limit. */
  readonly overdue: 'LINK_EXPIRED' | 'PHONE_SILENT' | 'PHONE_NOT_CONFIRMED' | null;
  /** Set if each request of the phone restarts the time limit. The restarted limit ends at the latest `LONGEST_ENROLMENT` after the confirmation. */
  readonly waitsForPhone: boolean;
}

const after = (moment: Date, milliseconds: number): Date => new Date(moment.getTime() + milliseconds);
const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

const unused: Deadline = ({ createdAt }, { linkLifetime }) => after(createdAt, linkLifetime);
const silent: Deadline = ({ confirmedAt }, { now, silence }) =>
  earlier(after(now, silence), after(confirmedAt ?? now, LONGEST_ENROLMENT));
const never: Deadline = () => null;

/** The states, their successors and their time limits, as data. */
export const ENROLMENT_RULES: Readonly<Record<EnrolmentState, StateRule>> = {
  waiting: {
    next: ['opened', 'downloaded', 'failed', 'cancelled'],
    deadline: unused,
    overdue: 'LINK_EXPIRED',
    waitsForPhone: false,
  },
  opened: {
    next: ['downloaded', 'failed', 'cancelled'],
    deadline: unused,
    overdue: 'LINK_EXPIRED',
    waitsForPhone: false,
  },
  downloaded: {
    next: ['downloaded', 'to-confirm', 'failed', 'cancelled'],
    deadline: (_row, { now }) => after(now, INSTALLATION_TIME),
    overdue: 'PHONE_SILENT',
    waitsForPhone: false,
  },
  'to-confirm': {
    next: ['enrolling', 'failed', 'cancelled'],
    deadline: (_row, { now, confirmationTime }) => after(now, confirmationTime),
    overdue: 'PHONE_NOT_CONFIRMED',
    waitsForPhone: false,
  },
  enrolling: {
    next: ['issued', 'failed', 'cancelled'],
    deadline: silent,
    overdue: 'PHONE_SILENT',
    waitsForPhone: true,
  },
  issued: {
    next: ['sent', 'installed', 'failed', 'cancelled'],
    deadline: silent,
    overdue: 'PHONE_SILENT',
    waitsForPhone: true,
  },
  // No request has to follow. The phone may work although it has not shown so yet, so only its user or an operator ends this state.
  sent: { next: ['installed', 'cancelled'], deadline: never, overdue: null, waitsForPhone: false },
  installed: { next: [], deadline: never, overdue: null, waitsForPhone: false },
  failed: { next: [], deadline: never, overdue: null, waitsForPhone: false },
  cancelled: { next: [], deadline: never, overdue: null, waitsForPhone: false },
};

/** True if no other state can follow the state. */
export const isFinal = (state: EnrolmentState): boolean => ENROLMENT_RULES[state].next.length === 0;

/** True while a phone is being set up: it has the first profile, and was not yet sent everything. */
export const isBeingSetUp = (state: EnrolmentState): boolean =>
  !isFinal(state) && state !== 'waiting' && state !== 'opened' && state !== 'sent';

/**
 * True if the user of an enrolment left before the phone was in use. An operator may have activated a phone that has not shown that it installed
 * everything.
 *
 * @param device state of the phone's device; null while it has none
 */
export const isAbandoned = (user: Pick<User, 'leftBecause'>, device: DeviceState | null): boolean =>
  hasLeft(user) && (device === null || device === 'producing' || device === 'pending');

/** True if an open enrolment must be ended: its time is over, its device is no longer in use, or its user left. */
export const isOver = (
  { enrolment: { state, expiresAt }, deviceState, user }: Pick<EnrolmentFile, 'enrolment' | 'deviceState' | 'user'>,
  now: Date,
): boolean => {
  const isLate = expiresAt !== null && expiresAt <= now;
  const isEnded = deviceState !== null && !isInUse(deviceState);
  return !isFinal(state) && (isLate || isEnded || isAbandoned(user, deviceState));
};
