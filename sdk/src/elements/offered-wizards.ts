import type { Preference } from './wanted-device.js';

/** A wizard to which another one leads. */
interface Opens {
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** By which a wizard finds the one of some kind to which it can lead, where the page has it. */
export class OfferedWizards {
  readonly #offered = new Set<Opens>();

  offer(wizard: Opens): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: Opens): void {
    this.#offered.delete(wizard);
  }

  /** The one that another wizard can lead to; undefined where the page has none. */
  besides(wizard: unknown): Opens | undefined {
    return [...this.#offered].find((one) => one !== wizard);
  }
}
