import { expect, it } from '@jest/globals';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { ToyStage } from './support/toy-stage.js';

/** The answer of a host that has no cryptogram of the card: 16 bytes in base64url, none of them right. */
const FORGED = { cardResponse: 'A'.repeat(22) };

it.each([
  ['the factory’s', 0],
  ['its own', 1],
])('a device proves %s management key by its own cryptogram, or is never active', async (_whose, which) => {
  const stage = await ToyStage.blank();
  let proofs = 0;
  const forge = (outcome: CommandOutcome): CommandOutcome =>
    outcome.method === 'managementKey.authenticate' && 'result' in outcome && proofs++ === which
      ? { ...outcome, result: FORGED }
      : outcome;
  const end = await stage.relay(await stage.newHost(), 'issue', 'en', (outcomes) => outcomes.map(forge));
  expect(proofs).toBe(which + 1);
  expect(end).toMatchObject({ state: 'failed', error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } } });
  expect(stage.device?.state ?? 'none').toBe(which === 0 ? 'none' : 'failed');
});
