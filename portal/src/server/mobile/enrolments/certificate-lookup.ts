import { PHONE_SLOTS, type DeviceSlot, type PhoneSlot } from '@cardwright/cms/authority';
import type { Certificate } from '@cardwright/cms/store';
import { decodeBytes } from '@cardwright/protocol';

/** Returns the DER encoding of a stored certificate. */
export const decodeCertificate = ({ der }: Pick<Certificate, 'der'>): Uint8Array => decodeBytes(der);

export const phoneSlotOf = (slot: DeviceSlot): PhoneSlot | undefined => PHONE_SLOTS.find((known) => known === slot);

/**
 * Lists the spellings, in lower-case hexadecimal, in which a serial number may be stored: without leading zeros, in whole bytes, and with the
 * zero byte that keeps the number positive.
 */
export function serialNumbersFor(hexadecimal: string): readonly string[] {
  const digits = hexadecimal.toLowerCase().replace(/^0+(?=.)/, '');
  const bytes = digits.padStart(digits.length + (digits.length % 2), '0');
  return [digits, bytes, `00${bytes}`];
}
