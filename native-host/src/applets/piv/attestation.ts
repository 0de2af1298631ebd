import { isCardwrightError } from '@cardwright/protocol';
import { SW } from '../../iso7816/status-word.js';
import { findTlv, ifTlv } from '../../iso7816/tlv.js';
import { saysNotAttested } from './absence.js';
import { decodeCertificateObject } from './certificate-object.js';
import { readDataObject } from './data-object.js';
import { TAG_DATA } from './instructions.js';
import { OBJECT } from './objects.js';
import { LE_ALL, type PivChannel } from './piv-channel.js';
import { meaningOfStatusWord } from './piv-error.js';
import { YUBICO_INS } from './yubico.js';

/** The attestation of a key: two DER certificates. */
export interface Attestation {
  /** Certificate of the slot's key, issued by the attestation key F9. */
  readonly certificate: Uint8Array;
  /** Certificate of the attestation key. */
  readonly intermediate: Uint8Array;
}

/** Attests keys with Yubico's ATTEST. Reads the certificate of the attestation key F9 at the first attestation, and keeps it until `forget`. */
export class Attestor {
  /** DER certificate of F9; undefined before the certificate is read, null if it is absent or unreadable. */
  #intermediate: Uint8Array | null | undefined;

  constructor(private readonly channel: PivChannel) {}

  /**
   * Attests the key of a slot, given by its reference. Returns null if there is no attestation: the card lacks the command, the slot is empty,
   * the key was not generated on the card, or the attestation key's certificate is absent or unreadable.
   *
   * @throws CardwrightError the error to which `meaningOfStatusWord` maps any other refusal
   */
  async attest(reference: number): Promise<Attestation | null> {
    const { data: certificate, statusWord } = await this.channel.send({
      ins: YUBICO_INS.ATTEST,
      p1: reference,
      p2: 0,
      le: LE_ALL,
    });
    if (saysNotAttested(statusWord)) return null;
    if (statusWord !== SW.SUCCESS) throw meaningOfStatusWord(statusWord, { kind: 'attest' });
    if (certificate.length === 0) return null;
    if (this.#intermediate === undefined) this.#intermediate = await this.#readIntermediate();
    return this.#intermediate && { certificate, intermediate: this.#intermediate };
  }

  /** Discards the certificate of F9. */
  forget(): void {
    this.#intermediate = undefined;
  }

  async #readIntermediate(): Promise<Uint8Array | null> {
    try {
      const object = await readDataObject(this.channel, OBJECT.ATTESTATION_CERTIFICATE);
      const content = object && ifTlv(() => findTlv(object, TAG_DATA));
      return content ? decodeCertificateObject(content) : null;
    } catch (error) {
      if (UNREADABLE.some((code) => isCardwrightError(error, code))) return null;
      throw error;
    }
  }
}

/** Errors after which the certificate of F9 counts as unreadable. `NOT_AUTHENTICATED` is not among them, and is thrown. */
const UNREADABLE = ['CERTIFICATE_INVALID', 'CARD_ERROR', 'NOT_SUPPORTED_BY_DEVICE'] as const;
