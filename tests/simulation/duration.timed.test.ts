// Alone proves: one issuance stays cheap enough for the sweep; it measures the unit of these costs.
import { beforeAll, expect, it } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { noteIssuance } from '../../scripts/costs.mjs';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** Holds an issuance cheap enough that the sweep can try every interruption of it. */

const ISSUANCES = 9;
/** Issuances that run first, unmeasured, until the code is compiled. */
const WARM_UP = 25;
/** The limit in milliseconds of processor time; an idle machine needs well under 100. */
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
  noteIssuance((median ?? 0) / 1000);
});
