import { generateKeyPairSync, sign } from 'node:crypto';
import { KeyPool } from '../../simulation/support/key-pool.js';
import { MemoryCms } from '../../simulation/support/memory-cms.js';
import { Workplace } from '../../simulation/support/workplace.js';
import { inTurn, type Measurement } from '../measurement.js';
import { processorTime } from '../support/clocks.js';

/**
 * One issuance in one process, which the fault sweep repeats some ten thousand times. Its processor time is the unit in which runs of the tests
 * are counted (`scripts/costs.mjs`).
 */
export const ISSUANCE: Measurement = {
  lines: [
    {
      name: 'issuance: engine, sdk, host and card in one process',
      beside: 'OpenSSL makes 500 keys on P-256 and signs with each',
      unit: 'ms',
      goal: { atMost: 4 },
    },
  ],
  rounds: 30,
  warmUp: 25,
  open: async () => {
    const cms = await MemoryCms.open({ algorithm: 'P-256' });
    const pool = new KeyPool();
    const issue = async (): Promise<number> => {
      await cms.clear();
      const workplace = await Workplace.open({ cms, profile: 'yubikey', keys: pool.source() });
      return processorTime(async () => {
        const end = await workplace.session('issue');
        if (end.kind !== 'answered') throw new Error(`not issued, but ${end.kind}`);
      });
    };
    return { round: inTurn(issue, () => processorTime(signWithNewKeys)) };
  },
};

/** Number of keys of the reference. */
const KEYS = 500;

/** Work of the same kind that has nothing of the product. */
function signWithNewKeys(): Promise<void> {
  for (let made = 0; made < KEYS; made += 1) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    sign('sha256', Buffer.alloc(32), privateKey);
  }
  return Promise.resolve();
}
