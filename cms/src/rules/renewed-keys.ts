import type { DeviceInfo, Slot } from '@cardwright/protocol/devices';
import { isBefore, versionOf } from './firmware-version.js';

/**
 * Treatment of the key of a slot in a renewal, by the device policy:
 *
 * - `same-key`: the key stays, and gets a new certificate;
 * - `new-key`: the slot gets a new key. In 9D only if the card can keep the old key in a retired slot, so that it still decrypts; on any other card
 *   the key of 9D stays.
 *
 * @example
 * const [first] = RENEWED_KEYS; // same-key
 */
export const RENEWED_KEYS = ['same-key', 'new-key'] as const;

/** For slot 9D: as `new-key`, and on a card that can keep no old key, the old key is lost. What was encrypted for it can then not be read any more. */
export const NEW_KEY_WITHOUT_OLD = 'new-key-without-old';

/**
 * Treatment of a slot of a certain card in a renewal:
 *
 * - `kept`: its key stays;
 * - `moved`: a new key is made in slot 95, and moved to the slot later;
 * - `overwritten`: a new key is made in the slot itself, so that the old key is gone before the new one has a certificate.
 */
export type KeyRenewal = 'kept' | 'moved' | 'overwritten';

/** First firmware version with Yubico's MOVE KEY. */
const MOVES_KEYS_SINCE = '5.7';

/**
 * Decides what a renewal does with a slot of a card.
 *
 * @param policy the entries of the device policy
 * @param card facts about the card, as its host reported them
 * @example
 * keyRenewalOf({ '9A': 'new-key' }, { firmware: '5.7.2', capabilities: null }, '9A'); // overwritten: the card has no metadata
 */
export function keyRenewalOf(
  policy: Readonly<Partial<Record<Slot, string | undefined>>>,
  card: Pick<DeviceInfo, 'firmware' | 'capabilities'>,
  slot: Slot,
): KeyRenewal {
  const wanted = policy[slot] ?? 'same-key';
  if (wanted === 'same-key') return 'kept';
  if (movesKeys(card)) return 'moved';
  return slot === '9D' && wanted !== NEW_KEY_WITHOUT_OLD ? 'kept' : 'overwritten';
}

/** True if a card can move keys between slots, and can say which slots have a key. */
export const movesKeys = (card: Pick<DeviceInfo, 'firmware' | 'capabilities'>): boolean =>
  card.capabilities?.metadata === true && movesKeysByFirmware(card);

/** True if cards with this firmware can move keys between slots. */
export const movesKeysByFirmware = ({ firmware }: Pick<DeviceInfo, 'firmware'>): boolean =>
  firmware !== null && !isBefore(versionOf(firmware), versionOf(MOVES_KEYS_SINCE));
