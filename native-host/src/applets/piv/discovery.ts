import { findTlv } from '../../iso7816/tlv.js';

/** Tags of the Discovery Object (SP 800-73-4 Part 1, table 18). */
const TAG_DISCOVERY = 0x7e;
const TAG_PIN_USAGE_POLICY = 0x5f2f;

/**
 * Bits in the first byte of the PIN usage policy: the global PIN, or a biometric comparison on the card, satisfies the access rules as the PIV
 * PIN does.
 */
const GLOBAL_PIN = 0x20;
const ON_CARD_BIOMETRIC = 0x10;
/** Second byte of the PIN usage policy if the primary PIN, which the user knows, is the global PIN. */
const GLOBAL_IS_PRIMARY = 0x20;

/** The PINs of a card (SP 800-73-4 Part 1, 3.3.2). */
export interface Discovery {
  /** Set when the card's global PIN satisfies the same access rules as the PIV PIN. */
  readonly acceptsGlobalPin: boolean;
  readonly acceptsOnCardBiometric: boolean;
  readonly primaryPin: 'piv' | 'global';
}

/**
 * Reads a Discovery Object, which has no wrapper 53. Returns null if the object has no PIN usage policy.
 *
 * @throws TlvError when the data are malformed
 */
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
