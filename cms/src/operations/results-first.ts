import type { OperationContext } from './context.js';

/**
 * Thrown while results are read, before a service outside this CMS is told something that no rollback takes back. The engine then keeps the
 * results (`Step.keepForLater`) in a transaction of its own, and reads them again. So a service never knows of something that the store has
 * forgotten, even if the CMS ends before it could store the answer.
 */
export class ResultsFirst extends Error {
  override readonly name = 'ResultsFirst';

  /** @param keep makes further changes in the transaction that keeps the results */
  constructor(readonly keep: (context: OperationContext) => void = () => undefined) {
    super();
  }
}
