import type { HidBinding } from './binding.js';

/**
 * Loads node-hid, when HID devices are first asked for. It is optional: undefined where it was not installed, or its native part
 * cannot be loaded, for example because libudev is missing.
 */
export async function loadHidBinding(): Promise<HidBinding | undefined> {
  try {
    const library = await import('node-hid');
    // The native part is loaded by the first call.
    library.getHidapiVersion();
    return library;
  } catch {
    return undefined;
  }
}
