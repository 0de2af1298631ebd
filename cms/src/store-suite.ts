/** What a `Store` is held to, for whoever writes one. It needs no runner of its own; docs/store.md says how to plug a store in. */
import { cardCases } from './store-suite/cases/cards.js';
import { lockCases } from './store-suite/cases/locks.js';
import { logCases } from './store-suite/cases/logs.js';
import { passkeyCases } from './store-suite/cases/passkeys.js';
import { policyCases } from './store-suite/cases/policies.js';
import { provedCases } from './store-suite/cases/proved.js';
import { refusedCases } from './store-suite/cases/refused.js';
import { spendingCases } from './store-suite/cases/spending.js';
import { undoCases } from './store-suite/cases/undo.js';
import { writtenCases } from './store-suite/cases/written.js';
import type { StoreCase } from './store-suite/store-case.js';

export { BrokenRule } from './store-suite/broken-rule.js';
export type { StoreCase } from './store-suite/store-case.js';
export type { StoreStage } from './store-suite/store-stage.js';

/**
 * Everything that a store is held to, one thing a case. They run one after another, on one stage or on one each.
 *
 * @example
 * ```js
 * import { after, test } from 'node:test';
 * import { storeCases } from '@cardwright/cms/store-suite';
 * import { openStage } from './stage.js';
 *
 * const stage = await openStage();
 * after(() => stage.close());
 * for (const { name, run } of storeCases) test(name, () => run(stage));
 * ```
 *
 * The last three lines are the same under Jest and Vitest, but `after` is `afterAll` there, imported from `@jest/globals` or `vitest`.
 */
export const storeCases: readonly StoreCase[] = [
  ...lockCases,
  ...undoCases,
  ...cardCases,
  ...provedCases,
  ...writtenCases,
  ...refusedCases,
  ...logCases,
  ...passkeyCases,
  ...policyCases,
  ...spendingCases,
];
