import type { CertificationAuthority } from '@cardwright/cms/authority';
import { newAuthority, openDevelopmentCa } from '../../../portal/src/server/ca/development-ca.js';

/** A certification authority of a test's own. */
export interface TestAuthority {
  readonly authority: CertificationAuthority;
  /** Its own certificate, PEM. */
  readonly certificate: string;
}

/**
 * Creates an authority as the portal's development one.
 *
 * @param origin of the CMS that publishes its CRL
 */
export async function newTestAuthority(origin: string): Promise<TestAuthority> {
  const keys = await newAuthority();
  return { authority: await openDevelopmentCa(keys, () => `${origin}/ca`), certificate: keys.certificate };
}
