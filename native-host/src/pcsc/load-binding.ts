import type { PcscBinding } from './binding.js';

/** Loads the PC/SC library of this host. Another one is named here, and nowhere else. */
export async function loadBinding(): Promise<PcscBinding> {
  const { pcscliteBinding } = await import('./pcsclite.js');
  return pcscliteBinding;
}
