import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** The host's own limits, in milliseconds. */
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

describe('an issuance that outlasts a limit of the host', () => {
  it("rejects a step over five minutes old by the computer's clock, and finishes once the clock is right", async () => {
    const workplace = await slowAt('personalize', STEP_IS_VALID + 1_000);
    await expect(workplace.session('issue')).resolves.toMatchObject({ kind: 'error', error: { code: 'STEP_REFUSED' } });
    workplace.clock.setRight();
    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
  });

  it('loses its device after a minute without a command, and finishes in a later session', async () => {
    const workplace = await slowAt('personalize', IDLE_TIME);
    await expect(workplace.session('issue')).resolves.toMatchObject({
      kind: 'error',
      error: { code: 'DEVICE_NOT_OPEN' },
    });
    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
  });

  it('ends its host when the card is silent for ten seconds, and finishes once the card was reinserted', async () => {
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

/** Delays the CMS's first answer in a phase by so many milliseconds. */
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
