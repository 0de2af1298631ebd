import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { PasskeysInQuestion } from '../passkeys/passkeys-in-question.js';
import { isLocked, isPukSpent, UNREADABLE } from '../rules/card-facts.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, type DeviceState } from '../rules/device-state.js';
import type { Device, Person } from '../store/rows.js';
import type { KnownCard } from '../store/store.js';
import type { Reason, ReasonCode } from '../words/reasons.js';

/** The facts by which eligibility is judged: what the host reports of a card, and the CMS's own records. */
export interface CardInQuestion {
  readonly person: Person;
  readonly info: DeviceInfo;
  readonly known: KnownCard;
  /** Policy of the card's model; undefined if the model is not issued. */
  readonly policy: DevicePolicy | undefined;
  /** Number of the person's devices that count towards `deviceLimit`. */
  readonly devices: number;
  readonly deviceLimit: number;
  readonly passkeys: PasskeysInQuestion;
}

/** Verdict: the person may take this action on the card. */
export interface Eligible {
  readonly action: NonNullable<Eligibility['action']>;
  /** For `erase` and `start`, the loss that the user has to accept, if there is one; for `continue`, the reason to continue. */
  readonly reason: Reason | null;
  readonly policy: DevicePolicy;
  /** Row of the person's own device; undefined if the card has no row, or if its device was released, so that the card starts again without a row. */
  readonly device?: Device;
  /** Row of a released card, which belongs to nobody and cannot reset itself. The card is overwritten before it is issued. */
  readonly released?: Device;
}

/** Verdict: the person may do nothing with the card. */
export interface Refusal {
  readonly action: null;
  readonly reason: Reason;
}

/** Verdict on a card: what a person may do with it. */
export type Verdict = Eligible | Refusal;

/**
 * Makes the verdict that refuses a card, for a reason that the package has words for.
 *
 * @example
 * refuse('not-issued'); // { action: null, reason: { code: 'not-issued' } }
 */
export const refuse = (code: ReasonCode): Refusal => ({ action: null, reason: { code } });

/** Returns the latest row of a card; undefined if the card has no row, if the device was released, or if the row is that of a mobile device. */
export const deviceOf = ({ latest }: KnownCard): Device | undefined =>
  latest?.state === 'available' || latest?.model === PHONE ? undefined : latest;

/** A condition that a card must meet. Returns the reason that the card does not meet it; null if the card meets it. */
export type Condition = (card: CardInQuestion, device: Device) => Reason | null;

/** A rule of eligibility, to which further conditions can be added. */
export interface EligibilityRule {
  (card: CardInQuestion): Verdict;
  and(condition: Condition): EligibilityRule;
}

/**
 * Makes a rule for operations on issued devices: the person's own device is eligible in one of these states, if the card can be read and its
 * model has a policy. If `available` is among the states, a released device counts as the device of its last owner as long as its card may have
 * secrets of the CMS.
 *
 * @example
 * const eligibility = owned('active').and(pinUsable);
 */
export const owned = (...states: readonly DeviceState[]): EligibilityRule =>
  ruleOf(states.includes('available') ? lastDeviceOf : deviceOf, [
    ({ person }, { ownerId }) => (ownerId === person.id ? null : { code: 'issued-to-another' }),
    (_card, { state }) => (states.includes(state) ? null : { code: 'state-refuses' }),
  ]);

const lastDeviceOf = (known: KnownCard): Device | undefined =>
  known.latest?.state === 'available' && known.hasEscrows ? known.latest : deviceOf(known);

function ruleOf(find: (known: KnownCard) => Device | undefined, conditions: readonly Condition[]): EligibilityRule {
  const judge = (card: CardInQuestion): Verdict => {
    const unreadable = UNREADABLE[card.info.state];
    if (unreadable) return refuse(unreadable);
    const device = find(card.known);
    if (!device) return refuse('not-issued');
    if (!card.policy) return refuse('model-not-issued');
    for (const condition of conditions) {
      const reason = condition(card, device);
      if (reason) return { action: null, reason };
    }
    return { action: 'start', reason: null, policy: card.policy, device };
  };
  return Object.assign(judge, { and: (condition: Condition) => ruleOf(find, [...conditions, condition]) });
}

/**
 * Requires that the card's PIN is not blocked. A PIN of which the card reports nothing counts as usable.
 *
 * @example
 * const eligibility = owned('active').and(pinUsable);
 */
export const pinUsable: Condition = ({ info }) => (info.pin?.blocked === true ? { code: 'pin-blocked' } : null);

/**
 * Requires that the card's PUK is not blocked and has at least two tries left. A PUK or retry counter that the card does not report counts as good.
 * The reason says whether the card can still be erased, for which one that cannot reset itself needs its PUK.
 *
 * @example
 * const eligibility = owned('active').and(pukUsable);
 */
export const pukUsable: Condition = (card) =>
  isPukSpent(card.info) ? (notLostForGood(card) ?? { code: 'puk-spent' }) : null;

/**
 * Requires that the card can reset itself, or still has a PUK by which it can be overwritten.
 *
 * @example
 * const eligibility = owned('active').and(notLostForGood);
 */
export const notLostForGood = ({ info }: Pick<CardInQuestion, 'info'>): Reason | null => {
  if (info.capabilities?.reset === true || !isPukSpent(info)) return null;
  return { code: isLocked(info) ? 'locked-for-good' : 'puk-spent-for-good' };
};
