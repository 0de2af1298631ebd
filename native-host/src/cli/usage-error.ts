/** The reason why a command line is wrong, in words for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
