/** The phone's message for a failure: its title in iOS, and the reason. */
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

/** The message of iOS for every answer of a SCEP server that it cannot use (MCSCEPErrorDomain 22013). */
export const INVALID_SCEP_RESPONSE = 'The SCEP server returned an invalid response.';

/** A failed installation, for any reason. iOS removes everything that the profile installed. */
export const installationFailed = (reason: string, cause?: unknown): PhoneFailure =>
  new PhoneFailure('Profile Installation Failed', reason, { cause });
