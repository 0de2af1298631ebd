/** The reason why policies cannot be changed, in words for a person. Nothing was changed then, unless the words say otherwise. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
