import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findHaste, findLosses } from './support/soundness.js';
import { Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

const ACTIVE = { kind: 'answered', answer: { state: 'done', deviceState: 'active' } };

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());
beforeEach(() => cms.clear());

/** A page's results, kept to send them again. */
type Results = Parameters<MemoryCms['continue']>;

/** Reads everything that the CMS keeps. */
const kept = async () => [await cms.devices(), await cms.escrows(), await cms.audit()];

it.each(everyOrOneIn(2, [1, 2, 3, 4, 5]))(
  'late results %i of a page that a second session replaced are refused and change nothing',
  async (nth) => {
    const real = cms.continue.bind(cms);
    let [count, late]: [number, Results | undefined] = [0, undefined];
    const onTheWay = jest.spyOn(cms, 'continue').mockImplementation((...results) => {
      count += 1;
      if (count !== nth) return real(...results);
      late = results;
      // These results are on their way when the page is replaced; it gets no answer to them.
      return Promise.reject(new CardwrightError('HOST_CRASHED'));
    });
    const refusals: unknown[] = [];
    /** Sends the late results, and checks that nothing changes. */
    const deliver = async (): Promise<void> => {
      if (!late) throw new Error('there are no late results');
      const before = await kept();
      refusals.push(await real(...late).catch((error: unknown) => error));
      expect(await kept()).toEqual(before);
    };
    const haste: string[] = [];
    const workplace = await Workplace.open({
      cms,
      profile: 'yubikey',
      keys: new KeyPool().source(),
      onAnswer: async (at, { deviceState, state }: OperationAnswer) => {
        if (deviceState === 'active') haste.push(...(await findHaste(at)));
        if (late && state === 'running') await deliver();
      },
    });
    await expect(workplace.session('issue')).resolves.toMatchObject({ kind: 'error', error: { code: 'HOST_CRASHED' } });
    expect(late).toBeDefined();
    onTheWay.mockRestore();

    await expect(workplace.session('issue')).resolves.toMatchObject(ACTIVE);
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'OPERATION_MOVED' })));
    expect([haste, await findLosses(workplace), await findFlaws(workplace, [3, 3])]).toEqual([[], [], []]);
  },
);
