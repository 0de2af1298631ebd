import type { FidoFacts } from '@cardwright/protocol/devices';
import type { PasskeyWay } from '@cardwright/protocol/passkeys';
import type { PasskeyService } from './passkey-service.js';

/** Facts that decide in which way a passkey is created: the relying party, the policy, and the host's access to the device. */
export interface WayQuestion {
  /** Ways that the policy allows, the best first. */
  readonly allowed: readonly PasskeyWay[];
  /** Origin in the relying party's client data. */
  readonly origin: string;
  /** The CMS's own origin, where its page is. */
  readonly cms: string;
  /**
   * Facts of the device's FIDO2 application; null if the device has no such application, or if the operating system's rules or the connection
   * keep the host from it.
   */
  readonly fido: Pick<FidoFacts, 'pinSet'> | null;
}

/** Condition under which each way is possible. */
const WAYS: Readonly<Record<PasskeyWay, (question: WayQuestion) => boolean>> = {
  // The host uses the device directly, so the user can be verified only by a FIDO PIN: the device must be able to have one.
  host: ({ fido }) => fido !== null && fido.pinSet !== null,
  // Browsers let a page register passkeys for its own site alone.
  page: ({ origin, cms }) => origin === cms,
  // A passkey for another site needs a window at the origin of that site. For the CMS's own site, the page is enough.
  window: ({ origin, cms }) => origin !== cms,
};

/** Returns the first way that the policy allows and that is possible; undefined if no allowed way is possible. */
export const chooseWay = (question: WayQuestion): PasskeyWay | undefined =>
  question.allowed.find((way) => WAYS[way](question));

/** Returns the origin in a service's client data. */
export const originOf = ({ origin }: Pick<PasskeyService, 'origin'>): string =>
  typeof origin === 'function' ? origin() : origin;
