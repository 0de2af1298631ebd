import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findLosses } from './support/soundness.js';
import { Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

/** Instructions of SP 800-73-4 and of Yubico that change something on a card. */
const WRITING: readonly number[] = [0x24, 0x2c, 0x47, 0xdb, 0xfa, 0xfb, 0xfe, 0xff];
const WRONG_PIN = '111222';

const pool = new KeyPool();
const DONE = { kind: 'answered', answer: { state: 'done', deviceState: 'active', error: null } };
/** A session that ended with this error, as the page sees it. */
const broken = (code: string) => ({ kind: 'error', error: { code } });

describe.each(['yubikey', 'piv'] as const)('the owner of an active %s', (profile) => {
  let cms: MemoryCms;
  let workplace: Workplace;
  beforeAll(async () => {
    cms = await MemoryCms.open({ algorithm: 'P-256' });
  });
  beforeEach(async () => {
    await cms.clear();
    workplace = await Workplace.open({ cms, profile, keys: pool.source() });
    expect(await workplace.session('issue')).toMatchObject(DONE);
    workplace.card.history.length = 0;
  });
  afterAll(() => cms.close());

  const type = (pin: string | null): void => {
    workplace.user = { ...workplace.user, choosePin: () => pin };
  };

  it('proves to be present with the PIN; nothing is written to the card', async () => {
    const tries = workplace.card.tries;
    const devices = await cms.devices();
    expect(await workplace.session(PROVE_OWNER)).toMatchObject(DONE);
    expect(workplace.card.history.filter(({ ins }) => WRITING.includes(ins))).toEqual([]);
    expect(workplace.card.tries).toEqual(tries);
    expect(await cms.devices()).toEqual(devices);
    expect([await findLosses(workplace), await findFlaws(workplace, tries)]).toEqual([[], []]);
    expect(workplace.trace.filter((line) => line.includes(workplace.pin))).toEqual([]);
  });

  it('may mistype the PIN twice; the last try is never spent', async () => {
    const before = workplace.card.tries[0] ?? 0;
    type(WRONG_PIN);
    for (let left = before - 1; left >= 1; left -= 1) {
      expect(await workplace.session(PROVE_OWNER)).toMatchObject(broken('PIN_INCORRECT'));
      expect(workplace.card.tries[0]).toBe(left);
    }
    let questions = 0;
    workplace.user = { ...workplace.user, choosePin: () => ((questions += 1), workplace.pin) };
    expect(await workplace.session(PROVE_OWNER)).toMatchObject(broken('LAST_TRY'));
    expect([questions, workplace.card.tries[0]]).toEqual([0, 1]);
    expect(cms.timeline.at(-1)?.what).toEqual({ kind: 'ended', state: 'cancelled', error: 'LAST_TRY' });
  });

  it('can begin again after closing the window', async () => {
    type(null);
    expect(await workplace.session(PROVE_OWNER)).toMatchObject(broken('USER_CANCELLED'));
    type(workplace.pin);
    expect(await workplace.session(PROVE_OWNER)).toMatchObject(DONE);
  });

  it('can pull the card at any moment and prove it at the next insertion', async () => {
    expect(await workplace.session(PROVE_OWNER)).toMatchObject(DONE);
    const { apdusOfOperation, card } = workplace;
    const { tries } = card;
    expect(apdusOfOperation).toBeGreaterThan(3);
    const moments = Array.from({ length: apdusOfOperation }, (_, index) => index + 1);
    for (const at of everyOrOneIn(3, moments)) {
      const pulled = await workplace.session(PROVE_OWNER, { faults: [{ kind: 'pull-after', at }] });
      const isOver = pulled.kind === 'answered' && pulled.answer.state === 'done';
      card.insert();
      if (!isOver) expect(await workplace.session(PROVE_OWNER)).toMatchObject(DONE);
    }
    expect(card.tries).toEqual(tries);
  });

  it('reads that a device must be issued first', async () => {
    const [device] = await cms.devices();
    await cms.release(device?.id ?? '');
    const reason = 'This device was never set up here.';
    expect(await workplace.session(PROVE_OWNER)).toEqual({ kind: 'refused', reason });
  });
});
