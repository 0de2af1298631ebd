/** Something that was opened and has to be closed. */
interface Part {
  close(): Promise<unknown>;
}

/** The open parts of a portal. All parts are closed together when the portal ends, or when its start fails half way. */
export class OpenParts {
  readonly #parts: Part[] = [];
  #closing: Promise<void> | undefined;

  /** Adds a part, which is closed before the parts that were added earlier. Returns the part. */
  add<P extends Part>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  /**
   * Closes all parts, the latest first. A further call closes nothing again, and waits for the same end. If a part fails to close, the others are
   * closed all the same.
   *
   * @throws AggregateError with every failure
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
