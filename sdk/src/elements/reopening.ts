import * as v from 'valibot';
import type { OperationAbout } from '../operation.js';
import { wantedDevice, type WantedDevice } from './wanted-device.js';

/**
 * Milliseconds for which a note to reopen is valid: long enough to log in or to install an extension, but not so long that a wizard opens
 * when the user no longer thinks of it.
 */
const VALID_FOR = 5 * 60_000;

const note = v.strictObject({
  until: v.number(),
  wanted: v.nullable(wantedDevice),
  /** What the operation is about. */
  about: v.optional(v.strictObject({ subject: v.optional(v.string()), work: v.optional(v.string()) }), {}),
});

/**
 * Remembers that a dialog must open again after a reload of the page, possibly with a login page in between. So where only a reload helps,
 * one click of the user is enough. The note is kept in the tab's session storage.
 */
export class Reopening {
  readonly #key: string;

  /** @param endpoint text that distinguishes the dialogs of one origin: base address of the CMS, and kind of the operation */
  constructor(endpoint: string) {
    this.#key = `cardwright-reopen ${endpoint}`;
  }

  remember(wanted: WantedDevice | null, about: OperationAbout = {}): void {
    // The user's choice to erase the device is not remembered, so the user is asked again.
    const modest = wanted && { ...wanted, isErasable: false };
    storage()?.setItem(this.#key, JSON.stringify({ until: Date.now() + VALID_FOR, wanted: modest, about }));
  }

  /** Returns the note and deletes it. Returns null if there is no note, or if the note is too old or unreadable. */
  take(): { readonly wanted: WantedDevice | null; readonly about: OperationAbout } | null {
    const stored = storage()?.getItem(this.#key) ?? null;
    this.forget();
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), note), stored);
    return parsed.success && Date.now() < parsed.output.until ? parsed.output : null;
  }

  forget(): void {
    storage()?.removeItem(this.#key);
  }
}

/** Returns the tab's session storage; null if the browser denies it, for example because the user's settings forbid sites to store data. */
function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
