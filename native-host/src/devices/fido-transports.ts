import { isContactlessAtr } from '../iso7816/atr.js';
import type { Place } from './identify.js';

/** How readers that a card lies on are called: "PICC" is the standard's word for the card (ISO/IEC 14443). */
const CONTACTLESS_NAME = /contactless|nfc|picc|\bcl\b/i;

/**
 * Over what a reader reaches a FIDO2 application, in the words of WebAuthn (5.8.4). PC/SC does not tell, and an answer to reset is a
 * hint alone: where it and the reader's name do not agree, it may be any of them.
 */
export function fidoTransportsOf({ reader, card }: Place): readonly string[] {
  if (!isContactlessAtr(card.atr)) return ['usb', 'smart-card'];
  return CONTACTLESS_NAME.test(reader) ? ['nfc'] : ['nfc', 'smart-card', 'usb'];
}
