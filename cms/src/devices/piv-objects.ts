import { RETIRED_SLOTS } from '@cardwright/protocol/devices';
import { tlv } from './tlv.js';

/**
 * Tags in the data objects that the CMS writes (SP 800-73-4 Part 1, appendix A). The functions below return the content of the data object,
 * without its tag 53 and length.
 */

const FASC_N = 0x30;
const GUID = 0x34;
const EXPIRATION = 0x35;
const ISSUER_SIGNATURE = 0x3e;
const ERROR_DETECTION = 0xfe;
const KEYS_WITH_ON_CARD_CERTS = 0xc1;

/** FASC-N of an issuer outside the US federal government: agency, system and credential are all 9s (SP 800-73-4 Part 1, 3.4.1). */
const NON_FEDERAL_FASC_N = Buffer.from('d4e739da739ced39ce739d836858210842108421c84210c3eb', 'hex');

/**
 * Encodes the CHUID (SP 800-73-4 Part 1, table 9), unsigned. `guid`, a UUID, identifies the card; only the day of `expires`, in UTC, counts.
 *
 * @example
 * import { randomUUID } from 'node:crypto';
 * const chuid = encodeChuid(randomUUID(), new Date('2030-12-31'));
 */
export function encodeChuid(guid: string, expires: Date): Uint8Array {
  const day = expires.toISOString().slice(0, 10).replaceAll('-', '');
  return Buffer.concat([
    tlv(FASC_N, NON_FEDERAL_FASC_N),
    tlv(GUID, guidBytes(guid)),
    tlv(EXPIRATION, Buffer.from(day, 'ascii')),
    tlv(ISSUER_SIGNATURE),
    tlv(ERROR_DETECTION),
  ]);
}

/**
 * Encodes the card capability container (SP 800-73-4 Part 1, table 8): a GSC-IS card identifier, versions and data model, and otherwise empty
 * elements, as middleware expects. The identifier is derived from the GUID, so the same GUID gives the same result.
 *
 * @example
 * import { randomUUID } from 'node:crypto';
 * const ccc = encodeCcc(randomUUID());
 */
export function encodeCcc(guid: string): Uint8Array {
  const CARD_IDENTIFIER = 0xf0;
  const VERSION = 0xf1;
  const GRAMMAR_VERSION = 0xf2;
  const PKCS15 = 0xf4;
  const DATA_MODEL = 0xf5;
  const EMPTY_ELEMENTS = [0xf3, 0xf6, 0xf7, 0xfa, 0xfb, 0xfc, 0xfd];
  /** GSC-RID, manufacturer, and card type Java card (GSC-IS 2.1, 6.2). */
  const IDENTIFIER_PREFIX = Buffer.from('a000000116ff02', 'hex');
  const CARD_ID_BYTES = 14;
  const VERSION_2_1 = Buffer.from([0x21]);
  const PIV_DATA_MODEL = Buffer.from([0x10]);
  return Buffer.concat([
    tlv(CARD_IDENTIFIER, IDENTIFIER_PREFIX, guidBytes(guid).subarray(0, CARD_ID_BYTES)),
    tlv(VERSION, VERSION_2_1),
    tlv(GRAMMAR_VERSION, VERSION_2_1),
    tlv(EMPTY_ELEMENTS[0] ?? 0),
    tlv(PKCS15, Buffer.from([0])),
    tlv(DATA_MODEL, PIV_DATA_MODEL),
    ...EMPTY_ELEMENTS.slice(1).map((tag) => tlv(tag)),
    tlv(ERROR_DETECTION),
  ]);
}

/**
 * Encodes the Key History Object (SP 800-73-4 Part 1, 3.3.3 and table 18): the number of retired keys whose certificates are on the card, from slot
 * 82 on. No retired key has its certificate elsewhere, so the other number is 0, and there is no URL.
 *
 * @example
 * const history = encodeKeyHistory(1); // C1 01 01, C2 01 00, FE 00
 */
export function encodeKeyHistory(keysWithOnCardCerts: number): Uint8Array {
  const KEYS_WITH_OFF_CARD_CERTS = 0xc2;
  return Buffer.concat([
    tlv(KEYS_WITH_ON_CARD_CERTS, Buffer.from([keysWithOnCardCerts])),
    tlv(KEYS_WITH_OFF_CARD_CERTS, Buffer.from([0])),
    tlv(ERROR_DETECTION),
  ]);
}

/**
 * Reads from a Key History Object how many retired keys have their certificates on the card. Returns null if it does not begin with a
 * number that a card can have.
 *
 * @example
 * decodeKeyHistory(encodeKeyHistory(1)); // 1
 */
export function decodeKeyHistory(content: Uint8Array): number | null {
  const [tag, length, count] = content;
  if (tag !== KEYS_WITH_ON_CARD_CERTS || length !== 1 || count === undefined) return null;
  return count <= RETIRED_SLOTS.length ? count : null;
}

const guidBytes = (guid: string): Uint8Array => Buffer.from(guid.replaceAll('-', ''), 'hex');
