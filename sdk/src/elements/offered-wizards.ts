import type { Preference } from './wanted-device.js';

/** A wizard that another one can open. */
interface Opens {
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** A page's wizards of one kind, which other wizards can open. */
export class OfferedWizards {
  readonly #offered = new Set<Opens>();

  /** True if the page has one. */
  get isOffered(): boolean {
    return this.#offered.size > 0;
  }

  offer(wizard: Opens): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: Opens): void {
    this.#offered.delete(wizard);
  }

  /**
   * Returns a function that closes another dialog and opens the wizard of this kind with the same device; undefined if the page has
   * none.
   */
  leadFrom(dialog: unknown, close: () => Promise<void>): ((wanted: Preference | null) => void) | undefined {
    const offered = [...this.#offered].find((one) => one !== dialog);
    return offered && ((wanted) => void close().then(() => offered.open(wanted ? { prefer: wanted } : {})));
  }
}
