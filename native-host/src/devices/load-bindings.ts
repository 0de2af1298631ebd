import { systemClock } from '../clock.js';
import { loadHidBinding } from '../hid/load-binding.js';
import type { PcscBinding } from '../pcsc/binding.js';
import { loadBinding } from '../pcsc/load-binding.js';
import { withHidKeys } from './hid-keys.js';

/** Loads the PC/SC binding, and adds the security keys that are reached over USB HID, not through a reader. */
export const loadBindings = async (): Promise<PcscBinding> =>
  withHidKeys(await loadBinding(), loadHidBinding, systemClock);
