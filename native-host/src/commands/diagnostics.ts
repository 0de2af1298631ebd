import type { Inventory } from '../devices/inventory.js';
import type { Handlers } from '../server/handlers.js';
import { loadLater } from '../system/load-later.js';

/** Handles `diagnostics.run`: runs the checks whose results a page may see. */
export function diagnosticsHandlers(inventory: Inventory) {
  return {
    'diagnostics.run': async () => {
      // The checks are loaded here, because few sessions ask for them.
      const { runChecks } = await loadLater(() => import('../checks/index.js'));
      const findings = await runChecks({ audience: 'page', inventory });
      return { checks: findings.map(({ check }) => check) };
    },
  } satisfies Handlers;
}
