import { cborMap, isBytes, isMap, isText, optionalMember, requiredMember, type CborMap } from './cbor.js';
import type { AuthenticatorInfo } from './info.js';

/** Lists of credentials in messages (CTAP 2.1, 6.1.3, 6.2.1; WebAuthn, 5.8.3). */

/** Builds a PublicKeyCredentialDescriptor. The descriptor has no transports, because authenticators ignore them. */
export const descriptorOf = (id: Uint8Array): CborMap =>
  cborMap([
    ['id', id],
    ['type', 'public-key'],
  ]);

/**
 * Reads the id of the credential that an answer names. Returns undefined if the answer names no credential, which is allowed when the request listed
 * only one credential (6.2.2).
 */
export function idOfDescriptor(answer: CborMap, member: number): Uint8Array | undefined {
  const descriptor = optionalMember(answer, member, isMap);
  if (!descriptor) return undefined;
  requiredMember(descriptor, 'type', isText);
  return requiredMember(descriptor, 'id', isBytes);
}

/** Bytes of a descriptor in addition to its id, including the CBOR head with the id's length. */
const DESCRIPTOR_OVERHEAD = 24;
/** Bytes of a message that are reserved for everything but its list of credentials. */
const MESSAGE_OVERHEAD = 400;

/**
 * Splits a list into batches that an authenticator accepts, by number and by size (6.4, `maxCredentialCountInList`, `maxMsgSize`). Leaves out ids
 * that are longer than the longest id that the authenticator creates (`maxCredentialIdLength`).
 */
export function batchesOf(ids: readonly Uint8Array[], info: AuthenticatorInfo): readonly (readonly Uint8Array[])[] {
  const { maxCredentialIdLength = Infinity, maxCredentialCount, maxMessageSize } = info;
  const room = maxMessageSize - MESSAGE_OVERHEAD;
  const batches: Uint8Array[][] = [];
  let size = Infinity;
  for (const id of ids.filter(({ length }) => length <= maxCredentialIdLength)) {
    const last = batches.at(-1);
    size += id.length + DESCRIPTOR_OVERHEAD;
    if (last && last.length < maxCredentialCount && size <= room) last.push(id);
    else {
      batches.push([id]);
      size = id.length + DESCRIPTOR_OVERHEAD;
    }
  }
  return batches;
}
