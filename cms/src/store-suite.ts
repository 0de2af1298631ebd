/** The suite that checks a `Store`, for authors of stores. It runs under any runner; docs/store.md shows how to plug a store in. */
import { cardCases } from './store-suite/cases/cards.js';
import { lockCases } from './store-suite/cases/locks.js';
import { logCases } from './store-suite/cases/logs.js';
import { noticeCases } from './store-suite/cases/notices.js';
import { passkeyCases } from './store-suite/cases/passkeys.js';
import { policyCases } from './store-suite/cases/policies.js';
import { provedCases } from './store-suite/cases/proved.js';
import { refusedCases } from './store-suite/cases/refused.js';
import { spendingCases } from './store-suite/cases/spending.js';
import { undoCases } from './store-suite/cases/undo.js';
import { workCases } from './store-suite/cases/work.js';
import { writtenCases } from './store-suite/cases/written.js';
import type { StoreCase } from './store-suite/store-case.js';

export { BrokenRule } from './store-suite/broken-rule.js';
export type { StoreCase } from './store-suite/store-case.js';
export type { StoreStage } from './store-suite/store-stage.js';

/**
 * The cases of the suite: each checks one rule of the contract. Run them one after another, all on one stage, or each on a stage of its own.
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
 * Under Jest and Vitest, `after` is `afterAll`, and both functions come from `@jest/globals` or `vitest`.
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
  ...noticeCases,
  ...workCases,
  ...policyCases,
  ...spendingCases,
];
