import { loadLater } from '../system/load-later.js';
import type { HidBinding } from './binding.js';

/**
 * Loads node-hid on the first use of HID devices. Returns undefined if this optional library was not installed, or if its native part cannot
 * be loaded, for example because libudev is missing.
 */
export async function loadHidBinding(): Promise<HidBinding | undefined> {
  try {
    const library = await loadLater(() => import('node-hid'));
    // The first call loads the native part.
    library.getHidapiVersion();
    return library;
  } catch {
    return undefined;
  }
}
