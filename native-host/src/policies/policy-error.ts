/** The reason why policies cannot be changed, in words for the user. If something was changed nevertheless, the words say so. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
