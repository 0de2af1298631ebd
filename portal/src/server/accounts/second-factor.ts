import { reachesOf, type Grant, type Reaches, type Right } from '../rights.js';

/** Who needs a second factor: the staff, which is whoever has a role other than user; everyone who has a role; or nobody. */
export const SECOND_FACTOR_RULES = ['staff', 'everyone', 'nobody'] as const;
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];

/** The state of the second factor in a session. If it is `needed`, the sign-in is only half done. */
export type SecondFactor = 'given' | 'needed' | 'unneeded';

/** The rights in a session, and the state of its second factor. */
export interface SessionRights {
  readonly reaches: Reaches;
  readonly secondFactor: SecondFactor;
}

/**
 * Rights of a session that lacks its second factor. The right to issue one's own devices is not among them: whoever knows a password could otherwise
 * issue a security key, whose passkey is a second factor.
 */
const WITHOUT_SECOND_FACTOR: readonly Right[] = ['own-account'];

/** Returns what a session permits to a person with some grants. All routes follow from this. */
export function sessionRights(rule: SecondFactorRule, grants: readonly Grant[], isGiven: boolean): SessionRights {
  const reaches = reachesOf(grants);
  if (isGiven) return { reaches, secondFactor: 'given' };
  if (!needsSecondFactor(rule, grants)) return { reaches, secondFactor: 'unneeded' };
  const left = [...reaches].filter(([right]) => WITHOUT_SECOND_FACTOR.includes(right));
  return { reaches: new Map(left), secondFactor: 'needed' };
}

/** Returns true if a person with some grants needs a second factor. Whoever has no role has nothing that it would protect. */
export const needsSecondFactor = (rule: SecondFactorRule, grants: readonly Grant[]): boolean =>
  rule !== 'nobody' && grants.some(({ role }) => rule === 'everyone' || role !== 'user');
