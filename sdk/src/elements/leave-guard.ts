/**
 * Lets the browser ask the user before the page is closed or reloaded, as long as the guard is set: while leaving would interrupt an
 * operation.
 */
export class LeaveGuard {
  #isOn = false;

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    // The listener exists only while it is needed, because it can keep the page out of the browser's back/forward cache.
    if (isOn) addEventListener('beforeunload', hold);
    else removeEventListener('beforeunload', hold);
  }
}

/** Makes the browser ask the user, in the browser's own words (HTML Standard, 7.4.2.4). */
const hold = (event: Event): void => event.preventDefault();
