import { CardwrightError, validate, type UserParams, type UserResult } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { sessionIdOf } from '@cardwright/protocol/messages';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import { displayedSecret } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import { browser } from '../../browser.js';
import type { OwnWindows, WindowOwner } from '../own-windows.js';
import type { Asker } from '../site-access.js';
import type { WindowKey } from '../window-key.js';
import { requireAllowed } from './allowed-relying-party.js';
import { isPermitted, patternOf } from './host-permission.js';
import type { PageCredential } from './page-credential.js';
import { encodeOptions, notAllowed, readCreated } from './registration.js';
import { createInWindow } from './relying-party-window.js';
import type { StepsUnderWay } from './steps-under-way.js';

/** The page session for whose device a passkey is created. */
export interface CeremonySession {
  readonly page: Asker;
  readonly owner: WindowOwner;
  readonly steps: StepsUnderWay;
  readonly pageCredential: PageCredential;
  readonly cms: PublicJwkSet | null;
  /** Key of the extension, to which the host seals the temporary PIN. */
  readonly windowKey: WindowKey;
  readonly hostKey: PublicJwk;
}

/**
 * Lets the browser create the passkey that a signed step orders. Meanwhile a window of the extension shows the passkey's relying party,
 * and, if the user has to enter a temporary PIN, this PIN. What the host asks for must agree with the signed step.
 *
 * @throws CardwrightError `INVALID_PARAMS`, `CANCELLED`, or an error that the table lists for `user.createPasskey`
 */
export async function createForHost(
  params: unknown,
  session: CeremonySession,
  windows: OwnWindows,
  signal: AbortSignal,
): Promise<UserResult<'user.createPasskey'>> {
  const asked = validate(userRequests['user.createPasskey'].params, params);
  const { page, owner, cms } = session;
  const hostSession = await sessionIdOf(session.hostKey);
  await session.steps.take(asked, { cms, origin: page.origin, session: hostSession });
  const relyingParty = await requireAllowed(asked, page.origin);
  const { way, origin, options, device } = asked;
  const content = {
    origin: page.origin,
    way,
    relyingParty: { name: options.rp.name, origin },
    device,
    temporaryPin: await openTemporaryPin(asked, session, hostSession),
    permission: way === 'window' && !(await isPermitted(origin)) ? patternOf(origin) : null,
  };
  return windows.askAndKeep('passkey', content, { owner, signal }, async ({ permitted }, gone, besideWindow) => {
    if (!permitted || (way === 'window' && !(await isPermitted(origin)))) throw notAllowed(asked);
    // If there is no PIN to enter, the user needs to read nothing more in the extension's window, so the page comes to the front.
    if (way === 'page' && content.temporaryPin === null) await showPage(page);
    const made =
      way === 'page'
        ? await session.pageCredential.create(origin, encodeOptions(options), gone)
        : await createInWindow(asked, { page: relyingParty, isPrivate: page.isPrivate, besideWindow }, gone);
    return { registration: readCreated(made, asked) };
  });
}

/** Brings the page to the front, because the browser's dialog opens in the page's window. */
async function showPage({ tabId }: Asker): Promise<void> {
  const { windowId } = await browser.tabs.get(tabId);
  if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
}

/**
 * Returns the unsealed temporary PIN; null if the request contains no temporary PIN.
 *
 * @throws CardwrightError `SECRET_REFUSED` if the PIN cannot be unsealed, or does not have the form of a PIN
 */
async function openTemporaryPin(
  { temporaryPin, operation, device }: UserParams<'user.createPasskey'>,
  { page, windowKey }: CeremonySession,
  session: string,
): Promise<string | null> {
  if (temporaryPin === null) return null;
  const context = { origin: page.origin, operation, device: device.id, session, purpose: 'temporaryPin' } as const;
  const pin = await windowKey.open(temporaryPin, context);
  if (!v.is(displayedSecret, pin)) throw new CardwrightError('SECRET_REFUSED');
  return pin;
}
