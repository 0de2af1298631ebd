import type { DeviceInfo, Eligibility } from '@cardwright/protocol';
import type { DevicePolicy } from '../policies/device-policy.js';
import type { Device, Person } from '../store/rows.js';
import type { KnownCard } from '../store/store.js';
import type { Reason, ReasonCode } from '../words/reasons.js';
import { isPukSpent, UNREADABLE } from './card-facts.js';
import { PHONE, type DeviceState } from './device-state.js';
import type { PasskeysInQuestion } from './passkeys-in-question.js';

/** Everything that decides whether an operation is admitted: what the host says of a card, and what the CMS knows. */
export interface CardInQuestion {
  readonly person: Person;
  readonly info: DeviceInfo;
  readonly known: KnownCard;
  /** The policy of the card's model. */
  readonly policy: DevicePolicy | undefined;
  /** How many devices the person has, and may have. */
  readonly devices: number;
  readonly deviceLimit: number;
  readonly passkeys: PasskeysInQuestion;
}

/** The person may do this with the card. */
export interface Admission {
  readonly action: NonNullable<Eligibility['action']>;
  /** What will be lost, or why there is something to continue. */
  readonly reason: Reason | null;
  readonly policy: DevicePolicy;
  /** The row of the person's own device. */
  readonly device?: Device;
  /** The row of a card that is nobody's any more, and that is written over first because it cannot reset itself. */
  readonly released?: Device;
}

/** The person may do nothing with the card. */
export interface Refusal {
  readonly action: null;
  readonly reason: Reason;
}

export const refuse = (code: ReasonCode): Refusal => ({ action: null, reason: { code } });

/** What the CMS knows of a card by how it appears; nothing of one that was released, or that claims to be a mobile device. */
export const deviceOf = ({ latest }: KnownCard): Device | undefined =>
  latest?.state === 'available' || latest?.model === PHONE ? undefined : latest;

/** Why a card cannot be admitted; null where it can. */
export type Condition = (card: CardInQuestion, device: Device) => Reason | null;

/** A rule of admission that further conditions can be added to. */
export interface AdmissionRule {
  (card: CardInQuestion): Admission | Refusal;
  and(condition: Condition): AdmissionRule;
}

/**
 * Admits the person's own device in one of some states, for operations on devices that were issued. One that was released is the device
 * of whoever had it last, where `available` is among the states and secrets of ours may still be on its card.
 *
 * @example
 * admit: owned('active').and(pinUsable)
 */
export const owned = (...states: readonly DeviceState[]): AdmissionRule =>
  ruleOf(states.includes('available') ? lastDeviceOf : deviceOf, [
    ({ person }, { ownerId }) => (ownerId === person.id ? null : { code: 'issued-to-another' }),
    (_card, { state }) => (states.includes(state) ? null : { code: 'state-refuses' }),
  ]);

const lastDeviceOf = (known: KnownCard): Device | undefined =>
  known.latest?.state === 'available' && known.hasEscrows ? known.latest : deviceOf(known);

function ruleOf(find: (known: KnownCard) => Device | undefined, conditions: readonly Condition[]): AdmissionRule {
  const admit = (card: CardInQuestion): Admission | Refusal => {
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
  return Object.assign(admit, { and: (condition: Condition) => ruleOf(find, [...conditions, condition]) });
}

/** The card's PIN can still be given. A card that does not tell is taken at its best. */
export const pinUsable: Condition = ({ info }) => (info.pin?.blocked === true ? { code: 'pin-blocked' } : null);

/** The card's PUK can still be given. A card that does not tell is taken at its best. */
export const pukUsable: Condition = ({ info }) => (isPukSpent(info) ? { code: 'puk-spent' } : null);
