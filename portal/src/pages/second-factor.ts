import type { AnswerOf } from './api.js';

type Session = Pick<AnswerOf<'GET /api/session'>, 'secondFactor'>;
/** How the second factor of a session stands. */
export type SecondFactor = Session['secondFactor'];
/** The second step of a sign-in: the user uses a passkey, or registers the first one. */
export type SecondStep = 'needed' | 'to-register';

/** Returns the second step that a sign-in needs now. Returns null if it needs none. */
export const secondStepOf = ({ secondFactor }: Session): SecondStep | null =>
  secondFactor === 'needed' || secondFactor === 'to-register' ? secondFactor : null;

/** Returns true if a sign-in is only half done. */
export const isHalf = (session: Session): boolean => secondStepOf(session) !== null;
