import { openssl, OpensslRefusal, opensslAccepts } from './openssl.js';
import { PhoneFailure } from './phone-failure.js';
import { readProfile, type Profile } from './profile.js';

/** The text in Settings below the name of a profile's signer. */
export type ProfileTrust = 'Verified' | 'Unverified';

export interface SignedProfile {
  readonly profile: Profile;
  readonly trust: ProfileTrust;
}

/**
 * Reads a signed profile. openssl verifies the signature.
 *
 * @param bytes the DER encoding of a CMS SignedData
 * @param trustedRoots PEM of the authorities that the phone trusts
 * @throws PhoneFailure `Invalid Profile` for an invalid profile, and for a profile that is not signed or was altered
 */
export async function readSignedProfile(bytes: Uint8Array, trustedRoots: readonly string[]): Promise<SignedProfile> {
  const files = { message: bytes, roots: trustedRoots.join('\n') };
  const verify = ['cms', '-verify', '-inform', 'DER', '-binary', '-in', 'message', '-out', 'output'];
  const content = await openssl([...verify, '-noverify'], { files }).catch((cause: unknown) => {
    if (!(cause instanceof OpensslRefusal)) throw cause;
    throw new PhoneFailure('Invalid Profile', 'It is not signed, or was altered.', { cause });
  });
  const chain = [...verify, '-CAfile', 'roots', '-no-CApath', '-no-CAstore', '-purpose', 'any'];
  const isTrusted = trustedRoots.length > 0 && (await opensslAccepts(chain, { files }));
  return { profile: readProfile(content), trust: isTrusted ? 'Verified' : 'Unverified' };
}
