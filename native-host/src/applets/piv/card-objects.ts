import { isCardwrightError } from '@cardwright/protocol';
import type { KeySlot } from '@cardwright/protocol/devices';
import { findTlv, ifTlv, requireTlv } from '../../iso7816/tlv.js';
import { compressCertificateObject, decodeCertificateObject, encodeCertificateObject } from './certificate-object.js';
import { readDataObject, writeDataObject } from './data-object.js';
import { decodeDiscovery, type Discovery } from './discovery.js';
import { TAG_DATA } from './instructions.js';
import { certificateObject, guidOfChuid, OBJECT } from './objects.js';
import type { PivChannel } from './piv-channel.js';
import { readAnswer } from './piv-error.js';

const EMPTY = new Uint8Array();

/** The data objects of a PIV application, among them the certificates of its slots. */
export class CardObjects {
  constructor(private readonly channel: PivChannel) {}

  /**
   * Reads an object with GET DATA (3.1.2). Returns the content of tag 53, or null when the object is absent or has no content.
   *
   * @throws CardwrightError `CARD_ERROR` when the object is malformed, and the errors of `readDataObject`
   */
  async get(tag: number): Promise<Uint8Array | null> {
    const object = await readDataObject(this.channel, tag);
    const content = object && readAnswer('getData', () => findTlv(object, TAG_DATA));
    return content && content.length > 0 ? content : null;
  }

  /** True if an object exists and is not empty. Its content may be malformed. */
  async has(tag: number): Promise<boolean> {
    const object = await readDataObject(this.channel, tag);
    if (!object) return false;
    const content = ifTlv(() => findTlv(object, TAG_DATA)) ?? object;
    return content.length > 0;
  }

  /** Writes an object with PUT DATA (3.3.2). The management key must have been authenticated. Empty content deletes the object. */
  put(tag: number, content: Uint8Array): Promise<void> {
    return writeDataObject(this.channel, tag, content);
  }

  /**
   * Reads the Discovery Object, which says which PINs the card accepts. Returns null if the card has no such object, or the object has no PIN usage
   * policy.
   */
  async readDiscovery(): Promise<Discovery | null> {
    const object = await readDataObject(this.channel, OBJECT.DISCOVERY);
    return object && readAnswer('getData', () => decodeDiscovery(object));
  }

  /**
   * Reads the CHUID's GUID as a UUID string (SP 800-73-4 Part 1, 3.1.2). Returns null if the card has no CHUID, or the CHUID has no GUID. Also
   * returns null if the object is malformed, so that a card on which another program wrote something else into this object can still be erased.
   */
  async readGuid(): Promise<string | null> {
    const object = await readDataObject(this.channel, OBJECT.CHUID);
    return object && ifTlv(() => guidOfChuid(requireTlv(object, TAG_DATA)));
  }

  /**
   * Reads the DER certificate of a slot. Returns null if there is no certificate.
   *
   * @throws CardwrightError `CERTIFICATE_INVALID`, and the errors of `get`
   */
  async readCertificate(slot: KeySlot): Promise<Uint8Array | null> {
    const content = await this.get(certificateObject(slot));
    return content && decodeCertificateObject(content);
  }

  /** True if the object of a slot's certificate exists and is not empty. */
  hasCertificate(slot: KeySlot): Promise<boolean> {
    return this.has(certificateObject(slot));
  }

  /**
   * Writes the DER certificate of a slot: uncompressed or, if the card has no room for that, compressed with gzip. The objects of some cards keep the
   * memory of their first content, and another certificate for the same key may be a few bytes longer.
   *
   * @throws CardwrightError `DEVICE_FULL` if the compressed certificate is too long too, and the other errors of `put`
   */
  async writeCertificate(slot: KeySlot, certificate: Uint8Array): Promise<void> {
    const tag = certificateObject(slot);
    try {
      await this.put(tag, encodeCertificateObject(certificate));
    } catch (error) {
      if (!isCardwrightError(error, 'DEVICE_FULL')) throw error;
      await this.put(tag, compressCertificateObject(certificate));
    }
  }

  async deleteCertificate(slot: KeySlot): Promise<void> {
    await this.put(certificateObject(slot), EMPTY);
  }
}
