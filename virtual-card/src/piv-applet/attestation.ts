import { createPublicKey } from 'node:crypto';
import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import { commonName, fieldsOfCertificate, issueCertificate } from '../x509/certificate.js';
import { integer } from '../x509/der.js';
import { type Firmware, FORM_FACTOR_USB_A_KEYCHAIN } from '../card/firmware.js';
import { keyObjectOf } from './private-key.js';
import { Slot } from './slots.js';

/** Object identifiers of an attestation's extensions (docs.yubico.com/hardware/oid/oid-piv-arc.html). */
const Oid = {
  firmware: '1.3.6.1.4.1.41482.3.3',
  serial: '1.3.6.1.4.1.41482.3.7',
  policies: '1.3.6.1.4.1.41482.3.8',
  formFactor: '1.3.6.1.4.1.41482.3.9',
} as const;
/** Tag of the object with the attestation key's certificate. A reset keeps this object. */
export const ATTESTATION_CERTIFICATE = 0x5fff01;
const CERTIFICATE = 0x70;
const SERIAL_BYTES = 4;

/**
 * Executes ATTEST (Yubico, F9). The returned certificate is signed by the attestation key, and proves that a slot's key was generated on this card.
 * The certificate contains the firmware's version, the key's policies and, depending on the firmware, the form factor and the serial number. The
 * owner may have disabled the serial number (`hidesSerial`). ATTEST needs neither PIN nor management key. The values of all extensions except the
 * serial number are raw bytes, not DER.
 *
 * @throws CardError 6F00, as real cards do, if the slot is F9 or has no key that was generated on the card, or if F9 lacks its key or certificate;
 * 6F00 or 6A80 if F9's object contains no certificate
 */
export function attest({ state }: Card, { p1: slot }: Command, firmware: Firmware): Buffer {
  const [key, attesting] = [state.keys.get(slot), state.keys.get(Slot.attestation)];
  const object = state.objects.get(ATTESTATION_CERTIFICATE);
  if (key?.origin !== 'generated' || slot === Slot.attestation || !attesting || !object) {
    throw new CardError(StatusWord.internalError, 'nothing to attest');
  }
  const signer = fieldsOfCertificate(requireValue(CERTIFICATE, parseTlvs(object)));
  return issueCertificate(
    {
      issuer: signer.subject,
      validity: signer.validity,
      subject: commonName(`${firmware.attestationName} ${slot.toString(16)}`),
      publicKey: createPublicKey(keyObjectOf(key)),
      extensions: [
        { oid: Oid.firmware, value: firmware.version },
        ...(firmware.attestsSerial && state.hidesSerial !== true
          ? [{ oid: Oid.serial, value: integer(serialBytes(state.serial)) }]
          : []),
        { oid: Oid.policies, value: Buffer.of(key.pinPolicy, key.touchPolicy) },
        ...(firmware.tellsFormFactor ? [{ oid: Oid.formFactor, value: Buffer.of(FORM_FACTOR_USB_A_KEYCHAIN) }] : []),
      ],
    },
    keyObjectOf(attesting),
  );
}

function serialBytes(serial = 0): Buffer {
  const bytes = Buffer.alloc(SERIAL_BYTES);
  bytes.writeUInt32BE(serial);
  return bytes;
}
