import { mayRegister } from '@cardwright/protocol/passkeys';
import type { ForeignRelyingParty } from '@cardwright/protocol/settings';
import { policyFor } from '../../policy/policy-in-force.js';
import { isPublicSuffix } from './public-suffixes.js';
import { notAllowed, type OrderedPasskey } from './registration.js';

/**
 * Checks that a page may order a passkey for this relying party. The host has checked the same, but the extension does not rely on the
 * host.
 *
 * @param page origin of the page
 * @returns the relying party, with the path of the page to open
 * @throws CardwrightError `RP_NOT_ALLOWED`
 */
export async function requireAllowed(ordered: OrderedPasskey, page: string): Promise<ForeignRelyingParty> {
  const { way, origin, options } = ordered;
  const foreign = (await policyFor(page)).relyingParties;
  const relyingParty = way === 'page' ? { origin: page, path: '/' } : foreign.find((one) => one.origin === origin);
  if (relyingParty?.origin !== origin) throw notAllowed(ordered);
  const site = { page, relyingParties: foreign.map((one) => one.origin) };
  if (!(await mayRegister({ rpId: options.rp.id, origin }, site, isPublicSuffix))) throw notAllowed(ordered);
  return relyingParty;
}
