import type { Preference } from './wanted-device.js';

/** A wizard to which another one leads. */
interface Opens {
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** By which a wizard finds the one of some kind to which it can lead, where the page has it. */
export class OfferedWizards {
  readonly #offered = new Set<Opens>();

  /** Whether the page has one. */
  get isOffered(): boolean {
    return this.#offered.size > 0;
  }

  offer(wizard: Opens): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: Opens): void {
    this.#offered.delete(wizard);
  }

  /** Leads from another dialog, which closes first, to the one of this kind, with the same device; undefined where the page has none. */
  leadFrom(dialog: unknown, close: () => Promise<void>): ((wanted: Preference | null) => void) | undefined {
    const offered = [...this.#offered].find((one) => one !== dialog);
    return offered && ((wanted) => void close().then(() => offered.open(wanted ? { prefer: wanted } : {})));
  }
}
