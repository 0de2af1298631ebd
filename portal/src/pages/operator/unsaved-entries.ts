/**
 * Tells if a form has entries that were not saved. The entries are compared with those that were kept last, so that a change that was taken back is
 * none.
 */
export class UnsavedEntries {
  #kept = '';

  constructor(private readonly form: () => HTMLFormElement | null) {}

  get areThere(): boolean {
    return this.#read() !== this.#kept;
  }

  /** Keeps the present entries as those that are saved. */
  keep(): void {
    this.#kept = this.#read();
  }

  #read(): string {
    const form = this.form();
    return form === null ? '' : JSON.stringify([...new FormData(form)]);
  }
}
