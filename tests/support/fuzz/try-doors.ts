import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { DOORS } from './key-doors.js';

/**
 * Program: tries the doors with so many cases of a seed, as `SEED CASES`. Writes each case to descriptor 3 before it is tried, so that it is known if this
 * process dies of it; at the end writes the number of cases, and of those that were taken, by door.
 */
const [seed = 0, cases = 0] = process.argv.slice(2).map(Number);

/** Processor time in milliseconds that a case may take. An honest one takes less than ten; a machine that is busy stops anything for a while. */
const LIMIT = 3000;
/** Bytes of the record of one case; longer material is cut off. */
const RECORD = 4096;

const counted: Record<string, { tried: number; taken: number }> = {};

for (const [index, { name, cases: drawn }] of DOORS.entries()) {
  const count = { tried: 0, taken: 0 };
  counted[name] = count;
  await fc.assert(
    fc.asyncProperty(drawn, async ({ material, enter }) => {
      writeSync(3, `${name}: ${material}`.slice(0, RECORD).padEnd(RECORD), 0);
      const before = process.cpuUsage();
      count.tried += 1;
      if (await enter()) count.taken += 1;
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 > LIMIT) throw new Error(`${name}: ${(user + system) / 1000} ms of a processor`);
    }),
    { seed: seed + index, numRuns: Math.ceil(cases / DOORS.length), endOnFailure: false },
  );
}
process.stdout.write(JSON.stringify(counted));
