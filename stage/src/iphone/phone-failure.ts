/** A failure that the phone shows, with its title in iOS and the reason. */
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

/** The message that iOS shows for every unusable answer of a SCEP server (MCSCEPErrorDomain 22013). */
export const INVALID_SCEP_RESPONSE = 'The SCEP server returned an invalid response.';

/** Returns the failure of an installation for this reason. iOS then removes everything that the profile installed. */
export const installationFailed = (reason: string, cause?: unknown): PhoneFailure =>
  new PhoneFailure('Profile Installation Failed', reason, { cause });
