import { SW } from '../../iso7816/status-word.js';
import { TlvError, decodeTlvs, ifTlv } from '../../iso7816/tlv.js';
import { saysNoMetadata, saysUnknownInstruction } from './absence.js';
import { REFERENCE } from './objects.js';
import { LE_ALL, LE_SHORT, type PivChannel } from './piv-channel.js';
import { meaningOfStatusWord } from './piv-error.js';
import { YUBICO_INS } from './yubico.js';

/** The answer of GET METADATA for a key, PIN or PUK. Members that do not apply are undefined. */
export interface Metadata {
  /** Algorithm identifier of a key (SP 800-78-4, table 6-2, and Yubico's own identifiers). */
  readonly algorithm: number | undefined;
  /** Public key, in the format that the answer of GENERATE has inside 7F49. */
  readonly publicKey: Uint8Array | undefined;
  readonly isDefault: boolean | undefined;
  readonly retriesLeft: number | undefined;
}

const SECRETS: readonly number[] = Object.values(REFERENCE);
const TAG_ALGORITHM = 0x01;
const TAG_PUBLIC_KEY = 0x04;
const TAG_IS_DEFAULT = 0x05;
/** Tag of the counters, whose value is two bytes: total tries and remaining tries. */
const TAG_RETRIES = 0x06;

/**
 * Sends Yubico's GET METADATA for a key, PIN or PUK. Returns `not-supported` if the card lacks the command, `empty` if it answers without data,
 * `absent` if the key does not exist or has no metadata, and `malformed` if the answer cannot be read.
 *
 * @throws CardwrightError for every other refusal
 */
export async function readMetadata(
  channel: PivChannel,
  reference: number,
): Promise<Metadata | 'not-supported' | 'empty' | 'absent' | 'malformed'> {
  const { data, statusWord } = await channel.send({
    ins: YUBICO_INS.GET_METADATA,
    p1: 0,
    p2: reference,
    // Only the metadata of a slot contain a public key.
    le: SECRETS.includes(reference) ? LE_SHORT : LE_ALL,
  });
  if (statusWord === SW.SUCCESS && data.length === 0) return 'empty';
  if (statusWord === SW.SUCCESS) return ifTlv(() => decodeMetadata(data)) ?? 'malformed';
  if (saysUnknownInstruction(statusWord)) return 'not-supported';
  if (saysNoMetadata(statusWord)) return 'absent';
  throw meaningOfStatusWord(statusWord, { kind: 'getMetadata' });
}

/** Decodes the metadata of an answer. @throws TlvError when the metadata are not a list of TLVs, or the counters are not two bytes */
function decodeMetadata(data: Uint8Array): Metadata {
  const objects = new Map(decodeTlvs(data).map(({ tag, value }) => [tag, value]));
  const retries = objects.get(TAG_RETRIES);
  if (retries && retries.length !== 2) throw new TlvError('the counters of the metadata are not two bytes');
  const isDefault = objects.get(TAG_IS_DEFAULT)?.[0];
  return {
    algorithm: objects.get(TAG_ALGORITHM)?.[0],
    publicKey: objects.get(TAG_PUBLIC_KEY),
    isDefault: isDefault === undefined ? undefined : isDefault !== 0,
    retriesLeft: retries?.[1],
  };
}
