import type { PersonProof } from '@cardwright/cms/operations';
import { expect } from '@jest/globals';
import type { ToyStage } from './toy-stage.js';

/** Returns the proof of identity of a session that its user left open, or of a copy of its cookie; undefined if it has none. */
type ProofOf = (stage: ToyStage) => PersonProof | undefined;

const HOUR = 60 * 60 * 1000;

/** Proofs of identity that are not fresh, each with its name. */
export const STALE_PROOFS: readonly (readonly [string, ProofOf])[] = [
  ['without a proof of who its user is', () => undefined],
  ['with a proof of this morning', () => ({ at: new Date(Date.now() - 3 * HOUR), by: 'password', device: null })],
  [
    'with the passkey of the very device',
    ({ device }) => ({ at: new Date(), by: 'passkey', device: device?.id ?? '' }),
  ],
];

/** Expects that an operation is refused by such a proof, whether it would be started or resumed. */
export async function expectRefused(stage: ToyStage, kind: string, proofOf: ProofOf): Promise<void> {
  const { startRequest } = await stage.newHost();
  const requester = { person: stage.by().person, language: 'en', proof: proofOf(stage) };
  await expect(stage.cms.start(requester, { ...startRequest, kind })).rejects.toMatchObject({
    code: 'LOGIN_REQUIRED',
    data: { fresh: true },
  });
}
