/**
 * Maximum number of statements for the issuance of a YubiKey with four slots, over its {@link CALLS}. Statements that only begin or end a
 * transaction do not count. One statement of each call reads the policy, and one of each step counts it for the quota of its person.
 */
export const MOST_STATEMENTS = 49;

/** Number of requests of that issuance. */
export const CALLS = 6;
