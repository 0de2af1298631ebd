/**
 * A provider or directory cannot be used now: it gave no answer, an answer of a failure, or one that says that the settings are wrong. Nothing is
 * known of the person.
 */
export class ProviderAway extends Error {
  override readonly name: string = 'ProviderAway';
}

/** What arrived proves nothing: it failed a check, or the person was refused. */
export class ProofRefused extends Error {
  override readonly name: string = 'ProofRefused';
}

/** The provider or directory was asked for a person whom it has signed in before, and says that this person may not stay. */
export class PersonRefused extends ProofRefused {
  override readonly name = 'PersonRefused';

  /** @param how what the provider has refused, or what the directory lacks */
  constructor(readonly how: 'not-in-directory' | 'refresh-refused') {
    super(how);
  }
}
