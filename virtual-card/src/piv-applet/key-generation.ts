import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue, type Tlv, tlv, valueOf } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import type { StoredKey } from '../card/card-state.js';
import { encodePublicKey, freshKeys } from './private-key.js';
import { defaultPinPolicy, holdsKey, PinPolicy, TouchPolicy } from './slots.js';

const CONTROL_TEMPLATE = 0xac;
const ALGORITHM = 0x80;
const PUBLIC_KEY_TEMPLATE = 0x7f49;
/** Yubico's tags for the policies of a new key. */
const PIN_POLICY = 0xaa;
const TOUCH_POLICY = 0xab;

/** Executes GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4 Part 2, 3.3.2). P2 is the slot. Returns the public key in tag 7F49. */
export async function generateKey(card: Card, { p1, p2: slot, data }: Command): Promise<Buffer> {
  const control = parseTlvs(requireValue(CONTROL_TEMPLATE, parseTlvs(data)));
  const algorithm = singleByte(requireValue(ALGORITHM, control));
  const isKnown = card.profile.keyAlgorithms.includes(algorithm);
  if (!isKnown && !card.managementAuthenticated) {
    throw new CardError(card.profile.statusWords.badAlgorithmBeforeAuthentication, 'algorithm not supported');
  }
  card.requireManagement();
  if (!isKnown) throw new CardError(StatusWord.wrongData, 'algorithm not supported');
  if (p1 !== 0 || !holdsKey(slot, card.profile)) throw new CardError(StatusWord.wrongParameters, 'no such slot');
  const policies = readPolicies(card, slot, control);
  const key: StoredKey = {
    algorithm,
    origin: 'generated',
    ...policies,
    privateKey: await (card.keySource ?? freshKeys).generate(algorithm),
  };
  card.state.keys.set(slot, key);
  return tlv(PUBLIC_KEY_TEMPLATE, encodePublicKey(key));
}

/**
 * Reads the PIN and touch policy of a new key (Yubico's tags AA and AB). Defaults: the PIN policy of the slot (`defaultPinPolicy`), and no touch.
 *
 * @throws CardError 6A80 for either tag on a card without `firmware`, and for a value that is not one byte or not a known policy
 */
export function readPolicies(
  card: Card,
  slot: number,
  tlvs: readonly Tlv[],
): Pick<StoredKey, 'pinPolicy' | 'touchPolicy'> {
  const [pin, touch] = [valueOf(PIN_POLICY, tlvs), valueOf(TOUCH_POLICY, tlvs)];
  if ((pin ?? touch) && !card.profile.firmware) throw new CardError(StatusWord.wrongData, 'no policies here');
  const pinPolicy = pin ? singleByte(pin) : PinPolicy.default;
  const touchPolicy = touch ? singleByte(touch) : TouchPolicy.default;
  if (pinPolicy > PinPolicy.always || touchPolicy > TouchPolicy.cached) {
    throw new CardError(StatusWord.wrongData, 'no such policy');
  }
  return {
    pinPolicy: pinPolicy === PinPolicy.default ? defaultPinPolicy(slot) : pinPolicy,
    touchPolicy: touchPolicy === TouchPolicy.default ? TouchPolicy.never : touchPolicy,
  };
}

function singleByte(value: Buffer): number {
  const [byte] = value;
  if (byte === undefined || value.length !== 1) throw new CardError(StatusWord.wrongData, 'one byte needed');
  return byte;
}
