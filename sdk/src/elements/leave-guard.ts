/** Has the browser ask before the page is closed or reloaded, while that would interrupt an operation. */
export class LeaveGuard {
  #isOn = false;

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    // Only as long as needed: a page with this listener is kept out of the browser's page cache.
    if (isOn) addEventListener('beforeunload', hold);
    else removeEventListener('beforeunload', hold);
  }
}

/** Makes the browser ask, in its own words (HTML Standard, 7.4.2.4). */
const hold = (event: Event): void => event.preventDefault();
