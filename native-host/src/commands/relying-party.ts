import { CardwrightError } from '@cardwright/protocol';
import { mayRegister } from '@cardwright/protocol/passkeys';
import type { CommandContext } from '../server/handlers.js';
import { loadLater } from '../system/load-later.js';

/** A relying party, and its origin in client data. */
interface RelyingParty {
  readonly rpId: string;
  readonly origin: string;
}

/**
 * Checks that a site may register and delete passkeys of the relying party in a command. If the relying party belongs to another site, the
 * administrator's list of relying parties decides, even if the CMS signed the command.
 *
 * @throws CardwrightError `RP_NOT_ALLOWED`
 */
export async function requireRelyingParty({ rpId, origin }: RelyingParty, { session }: CommandContext): Promise<void> {
  const { origin: page, relyingParties } = session.peer;
  if (!(await mayRegister({ rpId, origin }, { page, relyingParties }, isPublicSuffix)))
    throw new CardwrightError('RP_NOT_ALLOWED', { rpId });
}

/** True if a domain is a public suffix. The list is loaded here, because only operations with passkeys need it. */
async function isPublicSuffix(domain: string): Promise<boolean> {
  const list = await loadLater(() => import('@cardwright/protocol/relying-party'));
  return list.isPublicSuffix(domain);
}
