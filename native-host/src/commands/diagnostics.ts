import type { Inventory } from '../devices/inventory.js';
import type { Handlers } from '../server/handlers.js';
import { loadLater } from '../system/load-later.js';

/** Runs the checks from the browser to the card, as far as a page may see their results. */
export function diagnosticsHandlers(inventory: Inventory) {
  return {
    'diagnostics.run': async () => {
      // Loaded here, because few sessions ask for it.
      const { runChecks } = await loadLater(() => import('../checks/index.js'));
      const findings = await runChecks({ audience: 'page', inventory });
      return { checks: findings.map(({ check }) => check) };
    },
  } satisfies Handlers;
}
