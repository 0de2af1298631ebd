import { findTlv } from '../../iso7816/tlv.js';

/** Tags of the Discovery Object (SP 800-73-4 Part 1, table 18). */
const TAG_DISCOVERY = 0x7e;
const TAG_PIN_USAGE_POLICY = 0x5f2f;

/** First byte of the PIN usage policy: what satisfies the access rules beside the PIV PIN. */
const GLOBAL_PIN = 0x20;
const ON_CARD_BIOMETRIC = 0x10;
/** Second byte: which PIN the user knows the card by. */
const GLOBAL_IS_PRIMARY = 0x20;

/** What a card says about its PINs (SP 800-73-4 Part 1, 3.3.2). */
export interface Discovery {
  /** Whether the card's global PIN opens what the PIV PIN opens. */
  readonly acceptsGlobalPin: boolean;
  readonly acceptsOnCardBiometric: boolean;
  readonly primaryPin: 'piv' | 'global';
}

/** Reads a Discovery Object, which comes without the wrapper 53; null when it is something else. */
export function decodeDiscovery(data: Uint8Array): Discovery | null {
  const object = findTlv(data, TAG_DISCOVERY);
  const [first, second] = (object && findTlv(object, TAG_PIN_USAGE_POLICY)) ?? [];
  if (first === undefined || second === undefined) return null;
  const acceptsGlobalPin = (first & GLOBAL_PIN) !== 0;
  return {
    acceptsGlobalPin,
    acceptsOnCardBiometric: (first & ON_CARD_BIOMETRIC) !== 0,
    primaryPin: acceptsGlobalPin && second === GLOBAL_IS_PRIMARY ? 'global' : 'piv',
  };
}
