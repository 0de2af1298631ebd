import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { DOORS } from './key-doors.js';

/**
 * Program: tries the doors with so many cases of a seed, as `SEED CASES`. Writes each case to descriptor 3 before it is tried, so that it is known if this
 * process dies of it; at the end writes the number of cases, and of those that were taken, by door.
 */
const [seed = 0, cases = 0] = process.argv.slice(2).map(Number);

/** Bytes of the record of one case; longer material is cut off. */
const RECORD = 4096;

const counted: Record<string, { tried: number; taken: number }> = {};

for (const [index, { name, cases: drawn }] of DOORS.entries()) {
  const count = { tried: 0, taken: 0 };
  counted[name] = count;
  await fc.assert(
    fc.asyncProperty(drawn, async ({ material, enter }) => {
      writeSync(3, `${name}: ${material}`.slice(0, RECORD).padEnd(RECORD), 0);
      count.tried += 1;
      if (await enter()) count.taken += 1;
    }),
    { seed: seed + index, numRuns: Math.ceil(cases / DOORS.length), endOnFailure: false },
  );
}
process.stdout.write(JSON.stringify(counted));
