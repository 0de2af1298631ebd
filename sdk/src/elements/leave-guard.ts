/** Has the browser ask before the page is closed or reloaded, while that would interrupt something. */
export class LeaveGuard {
  #isOn = false;

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    // Only as long as needed: a page that listens for this is kept out of the browser's cache of pages.
    if (isOn) addEventListener('beforeunload', hold);
    else removeEventListener('beforeunload', hold);
  }
}

/** The browser says it in its own words (HTML Standard, 7.4.2.4). */
const hold = (event: Event): void => event.preventDefault();
