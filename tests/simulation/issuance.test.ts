import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findHaste, findLosses } from './support/soundness.js';
import { Workplace } from './support/workplace.js';
import { everyOrOneIn } from '../support/thorough.js';

/** The most APDUs of an issuance, from `device.open` to its end. */
const MOST_APDUS = {
  'P-256': { yubikey: 45, 'applet-attests': 45, piv: 34 },
  'RSA-2048': { yubikey: 45, 'applet-attests': 45, piv: 34 },
} as const;

const pool = new KeyPool();

describe.each(['P-256', 'RSA-2048'] as const)('an issuance in one process, with %s', (algorithm) => {
  let cms: MemoryCms;
  beforeAll(async () => {
    cms = await MemoryCms.open({ algorithm });
  });
  afterAll(() => cms.close());

  // The profiles differ as with P-256.
  it.each(everyOrOneIn(algorithm === 'P-256' ? 1 : 3, ['yubikey', 'applet-attests', 'piv']))(
    'makes a blank %s active only once it is complete',
    async (profile) => {
      await cms.clear();
      const haste: string[] = [];
      const workplace = await Workplace.open({
        cms,
        profile,
        keys: pool.source(),
        onAnswer: async (at, { deviceState }) => {
          if (deviceState === 'active') haste.push(...(await findHaste(at)));
        },
      });
      const tries = workplace.card.tries;
      await expect(workplace.session('issue')).resolves.toMatchObject({
        kind: 'answered',
        answer: { state: 'done', deviceState: 'active', error: null },
      });
      expect([haste, await findLosses(workplace), await findFlaws(workplace, tries)]).toEqual([[], [], []]);
      expect(workplace.apdusOfOperation).toBeLessThanOrEqual(MOST_APDUS[algorithm][profile]);
      await expect(cms.audit()).resolves.toEqual(
        expect.arrayContaining(['operation.started', 'escrow.stored', 'credentials.applied', 'operation.finished']),
      );
    },
  );
});
