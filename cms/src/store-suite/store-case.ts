import { BrokenRule } from './broken-rule.js';
import { Scene } from './scene.js';
import type { StoreStage } from './store-stage.js';

/** One thing that a store is held to. */
export interface StoreCase {
  /** What the caller of a store sees, a verb first. No two cases have the same name. */
  readonly name: string;
  /**
   * Plays it on a stage.
   *
   * @throws BrokenRule where the store does something else, with what it threw as `cause` where it did
   */
  readonly run: (stage: StoreStage) => Promise<void>;
}

/** Milliseconds that a case has. What takes longer waits for itself: each of them is a few short transactions. */
const PATIENCE = 60_000;

/** Makes a case of what it does. Whatever that throws is told with the rule that was broken. */
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
