/** Changes the title of the tab while a window is waiting for the user, who may be looking at another tab. */
export class TabTitle {
  #own: string | null = null;
  #before = '';

  /** @param make returns the title to show, from the page's own; null restores the page's own */
  set(make: ((title: string) => string) | null): void {
    if (make === null) this.#restore();
    else if (this.#own === null) {
      this.#before = document.title;
      this.#own = make(this.#before);
      document.title = this.#own;
    }
  }

  /** Restores the title, unless the page has changed it meanwhile. */
  #restore(): void {
    if (this.#own !== null && document.title === this.#own) document.title = this.#before;
    this.#own = null;
  }
}
