/** A store does something else than its contract says. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';

  /**
   * @param rule what a store does, as the case is named: a verb first
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
