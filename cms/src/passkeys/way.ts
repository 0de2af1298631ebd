import type { FidoFacts, PasskeyWay } from '@cardwright/protocol';
import type { PasskeyService } from './passkey-service.js';

/** What the way of a passkey depends on: the relying party, the policy, and what the system lets the host reach of the device. */
export interface WayQuestion {
  /** Those that the policy allows, the best first. */
  readonly allowed: readonly PasskeyWay[];
  /** Of the relying party's client data. */
  readonly origin: string;
  /** The CMS's own origin, where its page is. */
  readonly cms: string;
  /** Of the device's FIDO2 application; null where the host does not reach it, be it by the system's rules or the connection. */
  readonly fido: Pick<FidoFacts, 'pinSet'> | null;
}

/** When each way is possible at all. */
const WAYS: Readonly<Record<PasskeyWay, (question: WayQuestion) => boolean>> = {
  // The host speaks with the device by itself; without a PIN it could not have the user verified, since it has no dialog of the system.
  host: ({ fido }) => fido !== null && fido.pinSet !== null,
  // Browsers let a page register passkeys for its own site alone.
  page: ({ origin, cms }) => origin === cms,
  // For any other site it takes a window there. For its own, the page can do it without one.
  window: ({ origin, cms }) => origin !== cms,
};

/** The way that is taken: the first that the policy allows and that is possible; undefined where none is. */
export const chooseWay = (question: WayQuestion): PasskeyWay | undefined =>
  question.allowed.find((way) => WAYS[way](question));

/** The origin of a service's client data. */
export const originOf = ({ origin }: Pick<PasskeyService, 'origin'>): string =>
  typeof origin === 'function' ? origin() : origin;
