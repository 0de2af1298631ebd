import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { tlv } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import { type Firmware, FORM_FACTOR_USB_A_KEYCHAIN } from '../card/firmware.js';

/** AID of Yubico's management application. Only its information about the device is implemented. */
export const managementAid = Buffer.from('A000000527471117', 'hex');

const READ_CONFIG = 0x1d;
/** Tags of the device information. */
const Tag = {
  usbSupported: 0x01,
  serial: 0x02,
  usbEnabled: 0x03,
  formFactor: 0x04,
  version: 0x05,
  configurationLocked: 0x0a,
  nfcSupported: 0x0d,
  nfcEnabled: 0x0e,
} as const;
/** The bits that stand for applications in the two-byte values of the tags `usbSupported`, `usbEnabled`, `nfcSupported` and `nfcEnabled`. */
const Capability = { piv: 0x0010, fido2: 0x0200 } as const;
const CAPABILITY_BYTES = 2;
const SERIAL_BYTES = 4;

/** Returns the answer to SELECT: a text that ends with the firmware version. */
export function managementGreeting({ version }: Firmware): Buffer {
  return Buffer.from(`Virtual mgr - FW version ${[...version].join('.')}`, 'ascii');
}

/** Executes READ CONFIG (1D): returns one byte with the length of the device information, then the information. Refuses all other commands. */
export function executeManagement({ state, profile }: Card, { ins, p1: page }: Command, firmware: Firmware): Buffer {
  if (ins !== READ_CONFIG) throw new CardError(StatusWord.instructionNotSupported, 'no such instruction');
  if (page !== 0) throw new CardError(StatusWord.wrongParameters, 'one page only');
  const serial = Buffer.alloc(SERIAL_BYTES);
  serial.writeUInt32BE(state.serial ?? 0);
  const { tellsFormFactor, version } = firmware;
  const applications = Buffer.alloc(CAPABILITY_BYTES);
  applications.writeUInt16BE((profile.pivApplication ? Capability.piv : 0) | (profile.fido ? Capability.fido2 : 0));
  const information = Buffer.concat([
    tlv(Tag.usbSupported, applications),
    tlv(Tag.serial, serial),
    tlv(Tag.usbEnabled, applications),
    ...(tellsFormFactor ? [tlv(Tag.formFactor, Buffer.of(FORM_FACTOR_USB_A_KEYCHAIN)), tlv(Tag.version, version)] : []),
    tlv(Tag.configurationLocked, Buffer.of(0)),
    ...(tellsFormFactor ? [tlv(Tag.nfcSupported, applications), tlv(Tag.nfcEnabled, applications)] : []),
  ]);
  return Buffer.concat([Buffer.of(information.length), information]);
}
