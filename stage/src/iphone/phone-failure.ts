/** What a phone says when it gives up: a title as iOS has it, and why. */
export class PhoneFailure extends Error {
  constructor(
    readonly title: 'Cannot Open Page' | 'Cannot Download Profile' | 'Invalid Profile' | 'Profile Installation Failed',
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${title}: ${reason}`, options);
    this.name = 'PhoneFailure';
  }
}

/** What iOS says of every answer of a SCEP server that it cannot use (MCSCEPErrorDomain 22013). */
export const INVALID_SCEP_RESPONSE = 'The SCEP server returned an invalid response.';

/** A failed installation, whatever went wrong: iOS takes back all that a profile has brought. */
export const installationFailed = (reason: string, cause?: unknown): PhoneFailure =>
  new PhoneFailure('Profile Installation Failed', reason, { cause });
