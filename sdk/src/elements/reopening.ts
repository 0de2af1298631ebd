import * as v from 'valibot';
import { wantedDevice, type WantedDevice } from './wanted-device.js';

/**
 * Milliseconds for which a note to reopen is valid: long enough to log in or to install an extension. A wizard must not open long
 * after it was forgotten.
 */
const VALID_FOR = 5 * 60_000;

const note = v.strictObject({ until: v.number(), wanted: v.nullable(wantedDevice) });

/**
 * Remembers that a dialog must open again after a reload of the page, possibly with a login page in between. The user thus solves with
 * one click a problem that only a reload solves. The note is kept in the tab's session storage.
 */
export class Reopening {
  readonly #key: string;

  /** @param endpoint distinguishes the wizards of several portals of one origin */
  constructor(endpoint: string) {
    this.#key = `cardwright-reopen ${endpoint}`;
  }

  remember(wanted: WantedDevice | null): void {
    // The user's choice to erase the device is not remembered, so the user is asked again.
    const modest = wanted && { ...wanted, isErasable: false };
    storage()?.setItem(this.#key, JSON.stringify({ until: Date.now() + VALID_FOR, wanted: modest }));
  }

  /** Returns the note and deletes it; returns null if there is no valid one. */
  take(): { readonly wanted: WantedDevice | null } | null {
    const stored = storage()?.getItem(this.#key) ?? null;
    this.forget();
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), note), stored);
    return parsed.success && Date.now() < parsed.output.until ? parsed.output : null;
  }

  forget(): void {
    storage()?.removeItem(this.#key);
  }
}

/** Returns the tab's session storage; null if the user's settings forbid sites to store data. */
function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
