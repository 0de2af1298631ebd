/** Returns why something failed, for the log: the messages of an error, or of all errors that it gathers. */
export const reasonOf = (error: unknown): string =>
  error instanceof AggregateError
    ? [error.message, ...error.errors.map(reasonOf)].join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
