import { beforeAll, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** An issuance must cost so little that every interruption of it can be tried. */

const ISSUANCES = 15;
/** Until the code is compiled. */
const WARM_UP = 25;
/** Milliseconds of processor time; it takes well under 100 on a machine that does nothing else. */
const MOST = 300;

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});

it('an issuance takes a fraction of a second at the median', async () => {
  const pool = new KeyPool();
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + ISSUANCES; index += 1) {
    await cms.clear();
    const workplace = await Workplace.open({ cms, profile: 'yubikey', keys: pool.source() });
    const before = process.cpuUsage();
    await workplace.session('issue');
    const { user, system } = process.cpuUsage(before);
    if (index >= WARM_UP) times.push((user + system) / 1000);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(ISSUANCES / 2)];
  process.stderr.write(`one issuance, P-256: ${median?.toFixed(0) ?? 'no'} ms of processor time at the median\n`);
  expect(median).toBeLessThan(MOST);
});
