import { expect, it } from '@jest/globals';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { ToyStage } from './support/toy-stage.js';

/** The answer of a host that has no cryptogram of the card: 16 bytes in base64url, none of them right. */
const FORGED = 'A'.repeat(22);
const REFUSED = { state: 'failed', error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } } };
const DONE = { state: 'done', error: null, deviceState: 'active' };

type Change = (outcomes: CommandOutcome[]) => CommandOutcome[];

/** Changes the result of a command, each time that it succeeds. */
const changing = (
  method: CommandOutcome['method'],
  change: (result: Record<string, unknown>, nth: number) => object,
): Change => {
  let nth = 0;
  return (outcomes) =>
    outcomes.map((outcome) =>
      outcome.method === method && 'result' in outcome
        ? { ...outcome, result: change({ ...outcome.result }, (nth += 1)) as Record<string, unknown> }
        : outcome,
    );
};

/** The answer of a host of an earlier version: without a proof of the new management key. */
const withoutProof = changing('credentials.apply', ({ managementKeyChanged }) => ({ managementKeyChanged }));

const relay = async (stage: ToyStage, change: Change) => stage.relay(await stage.newHost(), 'issue', 'en', change);

it('a device proves the factory’s management key by its own cryptogram, or there is no device', async () => {
  const stage = await ToyStage.blank();
  const end = await relay(
    stage,
    changing('managementKey.authenticate', () => ({ cardResponse: FORGED })),
  );
  expect(end).toMatchObject(REFUSED);
  expect(stage.device).toBeUndefined();
});

it('a device proves its own management key by its own cryptogram, or is never active', async () => {
  const stage = await ToyStage.blank();
  const end = await relay(
    stage,
    changing('credentials.apply', (result) => ({ ...result, managementKeyProof: FORGED })),
  );
  expect(end).toMatchObject(REFUSED);
  expect(stage.device?.state).toBe('failed');
});

it('the proof of another card, or of another time, proves no management key', async () => {
  const proofs: unknown[] = [];
  const keeping = changing('credentials.apply', (result) => {
    proofs.push(result.managementKeyProof);
    return result;
  });
  expect(await relay(await ToyStage.blank(), keeping)).toMatchObject(DONE);
  expect(proofs).toEqual([expect.any(String)]);
  const stage = await ToyStage.blank();
  const replaying = changing('credentials.apply', (result) => ({ ...result, managementKeyProof: proofs[0] }));
  expect(await relay(stage, replaying)).toMatchObject(REFUSED);
  expect(stage.device?.state).toBe('failed');
});

it('a proof counts in the session that prepared the credentials, and a later session asks the card again', async () => {
  const stage = await ToyStage.blank();
  const host = await stage.newHost();
  host.pull = { method: 'certificate.write', when: 'before' };
  let first: unknown;
  await stage.relay(
    host,
    'issue',
    'en',
    changing('credentials.apply', (result) => {
      first = result.managementKeyProof;
      return result;
    }),
  );
  expect([typeof first, stage.device?.state]).toEqual(['string', 'producing']);
  // The card is reset, so that it has the factory's key again, and the proof of before is brought once more.
  stage.card.erase();
  const replayed = changing('credentials.apply', (result) => ({ ...result, managementKeyProof: first }));
  expect(await relay(stage, replayed)).toMatchObject(REFUSED);
  expect(stage.device?.state).toBe('failed');
});

it.each([
  ['is asked for its own cryptogram', DONE, (cardResponse: unknown) => cardResponse],
  ['and whose cryptogram is wrong is never active', REFUSED, () => FORGED],
])('a device whose host does not show the proof %s', async (_what, expected, answer) => {
  const stage = await ToyStage.blank();
  let proofs = 0;
  const own = changing('managementKey.authenticate', (result, nth) => {
    proofs = nth;
    return { ...result, cardResponse: nth === 2 ? answer(result.cardResponse) : result.cardResponse };
  });
  const end = await relay(stage, (outcomes) => own(withoutProof(outcomes)));
  expect(end).toMatchObject(expected);
  expect([proofs, stage.device?.state]).toEqual([2, expected === DONE ? 'active' : 'failed']);
});
