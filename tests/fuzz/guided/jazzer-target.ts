import { GUIDED_TARGETS } from './guided-targets.js';

/**
 * Jazzer.js runs this module in a process of its own, for the target that CARDWRIGHT_FUZZ_TARGET names. The product is bundled into this module, because
 * Jazzer.js counts what is reached in the modules that `require` reads.
 */
const name = process.env.CARDWRIGHT_FUZZ_TARGET;
const target = GUIDED_TARGETS.find((one) => one.name === name);
if (!target) throw new Error(`there is no target ${name ?? ''}`);
const opened = target.openGuided();

/** Sends one input. @throws an error if what must hold does not */
export async function fuzz(input: Buffer): Promise<void> {
  await (await opened).judge(input);
}
