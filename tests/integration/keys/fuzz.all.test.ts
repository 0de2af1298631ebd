import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nodeOf, NODE_VERSIONS } from '../../../scripts/node-versions.mjs';
import { DoorProgram } from '../../support/fuzz/run-doors.js';

/** Cases for all versions and all doors together. */
const CASES = 200_000;

let program: DoorProgram;
beforeAll(async () => {
  program = await DoorProgram.build();
});
afterAll(() => program.remove());

it.each(NODE_VERSIONS.map((version, index) => [version, index] as const))(
  'is ended by no key, certificate or request that someone made up, on Node.js %s',
  async (version, index) => {
    // Each version has cases of its own. The second number keeps the doors' seeds apart.
    const seed = (Number(process.env.CARDWRIGHT_SEED ?? randomInt(2 ** 31)) + index * 1000) % 2 ** 31;
    process.stderr.write(`foreign keys on Node.js ${version}: CARDWRIGHT_SEED=${seed}\n`);
    const share = CASES / NODE_VERSIONS.length;
    const counts = await program.run(nodeOf(version), seed, share);
    for (const { tried } of Object.values(counts)) expect(tried).toBeGreaterThan(share / 20);
    expect(counts).toMatchObject({ 'card key': { taken: expect.any(Number) } });
    expect(counts['card key']?.taken).toBeGreaterThan(100);
    expect(counts.certificate?.taken).toBeGreaterThan(20);
  },
);
