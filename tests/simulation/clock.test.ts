import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** Milliseconds: the host's own, as the design has them. */
const STEP_IS_VALID = 300_000;
const IDLE_TIME = 60_000;
const ANSWER_TIME = 10_000;

const ACTIVE = { kind: 'answered', answer: { state: 'done', deviceState: 'active' } };

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());
beforeEach(() => cms.clear());

describe('an issuance that time runs away from', () => {
  it("is refused a step that is older than five minutes by its computer's clock, and is finished once that is right", async () => {
    const workplace = await slowAt('personalize', STEP_IS_VALID + 1_000);
    await expect(workplace.session('issue')).resolves.toMatchObject({ kind: 'error', error: { code: 'STEP_REFUSED' } });
    workplace.clock.setRight();
    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
  });

  it('loses its device after a minute without a command, and is finished in a later session', async () => {
    const workplace = await slowAt('personalize', IDLE_TIME);
    await expect(workplace.session('issue')).resolves.toMatchObject({
      kind: 'error',
      error: { code: 'DEVICE_NOT_OPEN' },
    });
    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
  });

  it('ends its host when the card has not answered for ten seconds, and is finished when it was pulled and is back', async () => {
    const workplace = await Workplace.open({ cms, profile: 'yubikey', keys: new KeyPool().source() });
    const end = await workplace.session('issue', {
      faults: [{ kind: 'mute', at: 30 }],
      ambushes: () => [{ at: 30, strike: () => workplace.clock.advance(ANSWER_TIME) }],
    });
    expect(end).toMatchObject({ kind: 'error', error: { code: 'CARD_MUTE' } });
    workplace.card.pull();
    workplace.card.insert();
    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
  });
});

/** The CMS takes so many milliseconds for its first answer of a phase. */
async function slowAt(phase: string, milliseconds: number): Promise<Workplace> {
  let isSlow = true;
  return Workplace.open({
    cms,
    profile: 'yubikey',
    keys: new KeyPool().source(),
    onAnswer: ({ clock }, answer) => {
      if (isSlow && answer.phase.name === phase) {
        isSlow = false;
        clock.advance(milliseconds);
      }
      return Promise.resolve();
    },
  });
}
