import type { AnswerOf } from './api.js';

/** The ways in which the person who is signed in can prove again who they are. */
export type OwnProofs = NonNullable<AnswerOf<'GET /api/session'>['proofs']>;

let held: OwnProofs = { password: false, passkey: false, card: false, provider: null };

/** Keeps the proofs of the person who is signed in, for this page. */
export const keepProofs = (proofs: OwnProofs | null): void => {
  if (proofs !== null) held = proofs;
};

/** Returns the proofs that the person who is signed in can give. */
export const ownProofs = (): OwnProofs => held;
