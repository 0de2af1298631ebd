/**
 * Returns why something failed, for the log: the messages of an error, or of all errors that it gathers. Node.js gathers the refusals of a name's
 * addresses in an error without a message of its own.
 */
export const reasonOf = (error: unknown): string =>
  error instanceof AggregateError
    ? [error.message, ...error.errors.map(reasonOf)].filter((reason) => reason !== '').join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
