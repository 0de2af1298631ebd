/** The reason why policies cannot be changed, in words for the user. Nothing was changed, unless the words say otherwise. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
