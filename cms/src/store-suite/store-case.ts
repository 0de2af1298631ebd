import { BrokenRule } from './broken-rule.js';
import { Scene } from './scene.js';
import type { StoreStage } from './store-stage.js';

/** A check of one rule of the contract. */
export interface StoreCase {
  /** The rule, as the caller of a store sees it: begins with a verb, and is unique. */
  readonly name: string;
  /**
   * Runs the case on a stage.
   *
   * @throws BrokenRule if the store breaks the rule; its `cause` is the error of the store or of the comparison
   */
  readonly run: (stage: StoreStage) => Promise<void>;
}

/** Time limit of a case in milliseconds. A case is a few short transactions: even on a busy machine, only a deadlock takes longer. */
const PATIENCE = 240_000;

/** Makes a case. Every error of `play` becomes a `BrokenRule` with the name of the case. */
export const storeCase = (name: string, play: (scene: Scene) => Promise<void>): StoreCase => ({
  name,
  run: async (stage) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const seconds = PATIENCE / 1000;
      const end = (): void => reject(new Error(`it did not end in ${seconds} s: transactions wait for one another`));
      timer = setTimeout(end, PATIENCE);
    });
    try {
      await Promise.race([play(new Scene(stage)), late]);
    } catch (cause) {
      throw new BrokenRule(name, cause instanceof Error ? cause.message : String(cause), { cause });
    } finally {
      clearTimeout(timer);
    }
  },
});
