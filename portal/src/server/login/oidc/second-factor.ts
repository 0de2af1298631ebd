import type { OidcSettings } from '../settings.js';
import type { Claims } from './claims.js';

/**
 * Returns true if an ID token counts as two factors: the settings leave the second factor to the provider, and the token has one of the required values,
 * if any is required.
 *
 * @param idToken claims of the verified ID token alone. Those of the UserInfo endpoint say nothing of this sign-in.
 */
export function isTwoFactors(
  { secondFactor, requiredAcr }: Pick<OidcSettings, 'secondFactor'> & { readonly requiredAcr: readonly string[] },
  { acr, amr }: Claims,
): boolean {
  if (secondFactor === 'here') return false;
  const said: readonly unknown[] = [acr, ...(Array.isArray(amr) ? (amr as readonly unknown[]) : [])];
  return requiredAcr.length === 0 || requiredAcr.some((value) => said.includes(value));
}
