import type { OperationKind } from './operations/wizards.js';
import type { Preference } from './wanted-device.js';

/** A wizard that another dialog can open. */
interface OfferedWizard {
  /** True if the wizard runs operations of this kind. */
  runs(kind: OperationKind): boolean;
  open(options: { readonly prefer?: Preference | undefined }): Promise<void>;
}

/** The wizards in a page that other dialogs can open. */
export class OfferedWizards {
  readonly #offered = new Set<OfferedWizard>();

  offer(wizard: OfferedWizard): void {
    this.#offered.add(wizard);
  }

  withdraw(wizard: OfferedWizard): void {
    this.#offered.delete(wizard);
  }

  /** True if there is a wizard for operations of this kind. */
  has(kind: OperationKind): boolean {
    return [...this.#offered].some((one) => one.runs(kind));
  }

  /**
   * Returns a function that closes a dialog and opens another wizard for operations of this kind, with the given device, or with any device
   * if none is given. Returns undefined if no other wizard runs such operations.
   *
   * @param dialog the dialog that is closed; it does not count as another wizard
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

/** The wizards that are in the current page. */
export const WIZARDS_OF_PAGE = new OfferedWizards();
