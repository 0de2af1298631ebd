/**
 * Error of a case: the store breaks a rule of its contract.
 *
 * @example
 * const failed = await storeCases[0]?.run(stage).catch((error: unknown) => error);
 * if (failed instanceof BrokenRule) console.log(failed.rule);
 */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';

  /**
   * @param rule name of the case, which says what a store must do
   * @param detail what this store did instead
   */
  constructor(
    readonly rule: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`The store breaks a rule of its contract: it ${rule}.\n${detail}`, options);
  }
}
