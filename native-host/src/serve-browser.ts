import { createCardServices } from './commands/card-services.js';
import type { PcscBinding } from './pcsc/binding.js';
import { PcscError } from './pcsc/binding.js';
import { log } from './server/log.js';
import { serve } from './server/serve.js';

/** Serves the page session for which a browser has started this process. */
export async function serveBrowser(): Promise<void> {
  await serve(createCardServices(loadBinding, logTrouble));
}

/** The PC/SC library of this host; another one is named here. */
export async function loadBinding(): Promise<PcscBinding> {
  const { pcscliteBinding } = await import('./pcsc/pcsclite.js');
  return pcscliteBinding;
}

/** Names and return codes alone: a message of an unknown error could hold anything. */
function logTrouble(error: unknown): void {
  if (error instanceof PcscError) log('pcsc', { code: `0x${error.code.toString(16)}`, problem: error.message });
  else log('card', { problem: error instanceof Error ? error.name : typeof error });
}
