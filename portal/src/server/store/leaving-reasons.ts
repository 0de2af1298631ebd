/**
 * How it was noticed that a person may no longer sign in, and whether that proves that the person left. A provider also refuses to renew the session
 * of a person who has signed out there, so `session-refused` proves nothing.
 */
export const LEAVING_REASONS = {
  'not-in-directory': { isCertain: true },
  'no-role': { isCertain: true },
  /** The settings say that this provider refuses nobody who may come back (`refusalMeansLeft`). */
  'refused-by-provider': { isCertain: true },
  'session-refused': { isCertain: false },
  disabled: { isCertain: true },
  deleted: { isCertain: true },
} as const satisfies Readonly<Record<string, { readonly isCertain: boolean }>>;
export type LeavingReason = keyof typeof LEAVING_REASONS;

/** The reasons that prove that a person left. */
export const CERTAIN: readonly LeavingReason[] = Object.keys(LEAVING_REASONS)
  .filter((name): name is LeavingReason => Object.hasOwn(LEAVING_REASONS, name))
  .filter((name) => LEAVING_REASONS[name].isCertain);

/** True if a person surely left. Nothing that runs without a session, such as the enrolment of a phone, continues for such a person. */
export const hasLeft = ({ leftBecause }: { readonly leftBecause: LeavingReason | null }): boolean =>
  leftBecause !== null && LEAVING_REASONS[leftBecause].isCertain;
