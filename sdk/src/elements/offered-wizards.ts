import type { OperationKind } from './operations/wizards.js';
import type { Preference } from './wanted-device.js';

/** A wizard that another dialog can open. */
interface OfferedWizard {
  /** True if it runs operations of this kind. */
  runs(kind: OperationKind): boolean;
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** Wizards to which other dialogs can lead. */
export class OfferedWizards {
  readonly #offered = new Set<OfferedWizard>();

  offer(wizard: OfferedWizard): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: OfferedWizard): void {
    this.#offered.delete(wizard);
  }

  /** True if there is one for operations of this kind. */
  has(kind: OperationKind): boolean {
    return [...this.#offered].some((one) => one.runs(kind));
  }

  /**
   * Returns a function that closes a dialog and opens the wizard for operations of a kind, with the same device; undefined if there is
   * no such wizard besides the dialog.
   */
  leadTo(
    kind: OperationKind,
    dialog: unknown,
    close: () => Promise<void>,
  ): ((wanted: Preference | null) => void) | undefined {
    const offered = [...this.#offered].find((one) => one !== dialog && one.runs(kind));
    return offered && ((wanted) => void close().then(() => offered.open(wanted ? { prefer: wanted } : {})));
  }
}

/** The wizards of the page. */
export const WIZARDS_OF_PAGE = new OfferedWizards();
