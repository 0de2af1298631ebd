/** The reason why a command line is wrong, in words for a person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
