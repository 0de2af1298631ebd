import * as v from 'valibot';
import { wantedDevice, type WantedDevice } from './wanted-device.js';

/** Milliseconds: enough to log in or to install an extension, but a wizard must not open long after it was forgotten. */
const VALID_FOR = 5 * 60_000;

const note = v.strictObject({ until: v.number(), wanted: v.nullable(wantedDevice) });

/**
 * Opens the wizard again after a reload of the page, also by way of a login page. A problem that an open page cannot fix then takes a
 * single click. The state is kept in the tab's own storage.
 */
export class Reopening {
  readonly #key: string;

  /** @param endpoint distinguishes the wizards of several portals of one origin */
  constructor(endpoint: string) {
    this.#key = `cardwright-reopen ${endpoint}`;
  }

  remember(wanted: WantedDevice | null): void {
    // Chosen before the page was left, so it is asked for again.
    const modest = wanted && { ...wanted, isErasable: false };
    storage()?.setItem(this.#key, JSON.stringify({ until: Date.now() + VALID_FOR, wanted: modest }));
  }

  /** Returns the remembered state, once. */
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

/** Returns null if the user lets sites store nothing. */
function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
