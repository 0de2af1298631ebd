import type { InsertedCard, Insertion, Stage } from '@cardwright/stage';
import { CardReaders } from '../../simulator/src/card-readers.js';
import { Simulator } from '../../simulator/src/simulator.js';

/** A smart card service of two readers, without processes. */
export class PlayedService {
  readonly insertions: Insertion[] = [];
  pid: number | undefined = 1;
  restarts = 0;
  readonly readers = [{ name: 'A', port: 1 }];
  #card: { isInserted: boolean } | null = null;

  /** Ends, and takes the card with it. */
  die(): void {
    this.pid = undefined;
    this.breakCard();
  }

  /** The card's process ends. */
  breakCard(): void {
    if (this.#card) this.#card.isInserted = false;
  }

  insert(insertion: Insertion): InsertedCard {
    this.insertions.push(insertion);
    const played = { isInserted: true };
    this.#card = played;
    return {
      reader: { name: 'A', port: 1 },
      stateFile: insertion.stateFile ?? `state-${this.insertions.length}`,
      get isInserted() {
        return played.isInserted;
      },
      apdus: [],
      held: () => Promise.resolve(),
      release: () => undefined,
      pull: () => {
        played.isInserted = false;
        return Promise.resolve();
      },
    };
  }

  get stage(): Stage {
    const restart = (): Promise<void> => {
      this.pid = 2;
      this.restarts += 1;
      return Promise.resolve();
    };
    const pcscd = Object.defineProperty({ readers: this.readers, restart }, 'pid', { get: () => this.pid });
    return { pcscd, insert: (insertion: Insertion) => Promise.resolve(this.insert(insertion)) } as unknown as Stage;
  }
}

/** A simulator with these parts alone: whatever else an order needs fails. */
export function playSimulator(parts: { readonly readers?: CardReaders; readonly person?: object } = {}): Simulator {
  const { readers = new CardReaders(new PlayedService().stage), person = {} } = parts;
  const ended = new AbortController();
  return Object.create(Simulator.prototype, {
    readers: { value: readers },
    person: { value: person },
    ended: { value: ended.signal },
    end: { value: () => ended.abort() },
    inTurn: { value: <T>(task: () => Promise<T>) => task() },
  }) as Simulator;
}
