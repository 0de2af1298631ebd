import { runChecks } from '../devices/checks.js';
import type { Inventory } from '../devices/inventory.js';
import type { Handlers } from '../server/handlers.js';

/** The host's part of the check from extension to card. */
export function diagnosticsHandlers(inventory: Inventory) {
  return {
    'diagnostics.run': async () => ({ checks: await runChecks(inventory) }),
  } satisfies Handlers;
}
