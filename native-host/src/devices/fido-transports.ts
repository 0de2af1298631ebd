import { isContactlessAtr } from '../iso7816/atr.js';
import type { Place } from './identify.js';

/** Pattern of the names of contactless readers. "PICC" is the standard's term for the card (ISO/IEC 14443). */
const CONTACTLESS_NAME = /contactless|nfc|picc|\bcl\b/i;

/**
 * Guesses the transports of the FIDO2 application on the card in a reader, in the terms of WebAuthn (5.8.4). PC/SC does not report transports, and an
 * answer to reset (ATR) is only a hint. If the ATR looks contactless but the reader's name does not, returns `nfc`, `smart-card` and `usb`, because
 * each is possible.
 */
export function fidoTransportsOf({ reader, card }: Place): readonly string[] {
  if (!isContactlessAtr(card.atr)) return ['usb', 'smart-card'];
  return CONTACTLESS_NAME.test(reader) ? ['nfc'] : ['nfc', 'smart-card', 'usb'];
}
