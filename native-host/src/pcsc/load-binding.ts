import { loadLater } from '../system/load-later.js';
import type { PcscBinding } from './binding.js';

/** Loads the PC/SC library of this host. To use another library, name it here. */
export async function loadBinding(): Promise<PcscBinding> {
  const { loadKoffiBinding } = await loadLater(() => import('./koffi.js'));
  return loadKoffiBinding();
}
