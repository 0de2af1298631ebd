/** Something that was opened and has to be closed. */
interface Part {
  close(): Promise<unknown>;
}

/** The parts of a portal that are open, so that one place closes them: at its end, and when its start fails half way. */
export class OpenParts {
  readonly #parts: Part[] = [];
  #closing: Promise<void> | undefined;

  /** Has a part closed before those that were added earlier. Returns the part. */
  add<P extends Part>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  /**
   * Closes all parts once, the latest first. One that fails to close keeps no other open.
   *
   * @throws AggregateError of what failed
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#closeAll());
  }

  async #closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const part of this.#parts.toReversed()) {
      try {
        await part.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'parts of the portal could not be closed');
  }
}
