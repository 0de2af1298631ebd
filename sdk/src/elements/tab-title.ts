/** Changes the title of the page's tab while something waits for the user, who may be looking at another tab. */
export class TabTitle {
  #own: string | null = null;
  #before = '';

  /**
   * Shows another title until the next call with null. Calls in between change nothing.
   *
   * @param make returns the title to show, given the page's own title; null restores the page's own title
   */
  set(make: ((title: string) => string) | null): void {
    if (make === null) this.#restore();
    else if (this.#own === null) {
      this.#before = document.title;
      this.#own = make(this.#before);
      document.title = this.#own;
    }
  }

  /** Restores the page's own title. If the page has changed the title meanwhile, the changed title stays. */
  #restore(): void {
    if (this.#own !== null && document.title === this.#own) document.title = this.#before;
    this.#own = null;
  }
}
